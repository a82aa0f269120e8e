"""What holds of every verdict and of what follows from it, over generated links."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, event, find, given, settings
from hypothesis import strategies as st

from dxmacsec.compliance import Action, PromptKind, Remedy, Standing, Status
from dxmacsec.fleet import KeySince, Window
from dxmacsec.model import (
    AVAILABLE,
    ENCRYPTION_UP,
    MUST_ENCRYPT,
    NO_ENCRYPT,
    SHOULD_ENCRYPT,
    Key,
    KeyVersion,
    Label,
    Link,
    LinkKind,
    ManagedSecret,
    Port,
)
from dxmacsec.policy.compliance import Facts, judge
from dxmacsec.policy.compliance_words import letter, record
from dxmacsec.policy.remedy import Decision, decide, tells_people
from dxmacsec.policy.tags import Rules

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RUN = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
CKNS = ["aa" * 32, "bb" * 32, "cc" * 32, "DD" * 32]
MODES = st.sampled_from([MUST_ENCRYPT, SHOULD_ENCRYPT, SHOULD_ENCRYPT, NO_ENCRYPT, "unknown", None, ""])
STATES = st.sampled_from([AVAILABLE, AVAILABLE, AVAILABLE, "down", "pending", "ordering", "unknown"])
ENCRYPTION = st.sampled_from([ENCRYPTION_UP, ENCRYPTION_UP, "Encryption Down", None, ""])
GRAVITY = {Status.NON_COMPLIANT: 0, Status.WARNING: 1}

KEYS = st.builds(
    Key,
    st.sampled_from(CKNS),
    st.sampled_from(["arn:1", "arn:2", ""]),
    st.sampled_from(["associated", "associated", "associating", "disassociating", "disassociated"]),
    st.sampled_from([None, "", "2026-02-20", "2025-01-01T00:00:00Z", "soon"]),
)
PORTS = st.builds(
    Port,
    st.sampled_from(["dxcon-port0001", "dxcon-port0002"]),
    STATES,
    ENCRYPTION,
    MODES,
    st.lists(st.sampled_from(CKNS), max_size=3).map(tuple),
)
TAGS = st.fixed_dictionaries(
    {},
    optional={
        "dxmacsec:exempt-until": st.sampled_from(["2027-01-01", "2026-03-01", "2025-01-01", "soon", ""]),
        "dxmacsec:enforcement": st.sampled_from(["audit", "enforce", "off"]),
        "dxmacsec:rotate": st.sampled_from(["on", "off", "maybe"]),
        "dxmacsec:max-age-days": st.sampled_from(["1", "365", "x"]),
    },
)
LINKS = st.builds(
    Link,
    id=st.just("dxcon-fg5678gh"),
    kind=st.sampled_from(LinkKind),
    state=STATES,
    mode=MODES,
    macsec_capable=st.sampled_from([True, True, True, False]),
    keys=st.lists(KEYS, max_size=4).map(tuple),
    ports=st.lists(PORTS, max_size=2).map(tuple),
    location=st.sampled_from(["", "EqDC2"]),
    bandwidth=st.sampled_from(["", "1Gbps", "10 Gbps"]),
    tags=TAGS,
)
VERSIONS = st.builds(
    KeyVersion,
    st.just("v"),
    st.none() | st.sampled_from(CKNS),
    st.frozensets(st.sampled_from([Label.IN_USE, Label.CURRENT])),
)
FACTS = st.builds(
    Facts,
    link=LINKS,
    now=st.just(NOW),
    rules=st.builds(Rules, st.just(timedelta(days=90)), st.booleans()),
    versions=st.none() | st.lists(VERSIONS, max_size=3).map(tuple),
    managed=st.dictionaries(st.sampled_from(["arn:1", "arn:2"]), st.sampled_from(ManagedSecret)),
    key_since=st.none() | st.builds(KeySince, st.sampled_from(CKNS), st.just(NOW - timedelta(days=100)), st.just("r")),
    keyed_before=st.booleans(),
    macsec_speeds=st.none() | st.frozensets(st.sampled_from(["10Gbps", "100Gbps"])),
    rotating=st.booleans(),
    enforcement_paused=st.none() | st.just("why of r1: it dropped."),
    mode_refused=st.booleans(),
)
ACTIONS = st.builds(
    Action,
    st.sampled_from(Remedy),
    st.just("arn:run"),
    st.sampled_from([NOW, NOW - timedelta(days=2)]),
)
STANDINGS = st.builds(
    Standing,
    link=st.just("dxcon-fg5678gh"),
    version=st.just(1),
    status=st.sampled_from(Status),
    reasons=st.lists(st.sampled_from(["ModeNotEnforced", "KeyUnknown", "NoKey"]), max_size=2, unique=True).map(tuple),
    sentence=st.just(""),
    since=st.just(NOW),
    told=st.booleans(),
    action=st.none() | ACTIONS,
)
WINDOWS = st.sampled_from([(), (Window("0 2 * * *", 60, "UTC"),), (Window("0 2 1 6 *", 60, "Europe/Berlin"),)])
PROMPTS = st.sampled_from(PromptKind)

Case = tuple[Facts, PromptKind, str, Standing | None, Decision]


ID = "dxcon-fg5678gh"
WELL = Link(
    id=ID,
    kind=LinkKind.CONNECTION,
    state=AVAILABLE,
    mode=MUST_ENCRYPT,
    macsec_capable=True,
    keys=(Key(CKNS[0], "arn:1", "associated", "2026-02-20"),),
    ports=(Port(ID, AVAILABLE, ENCRYPTION_UP),),
)
DRIFTED = [
    replace(WELL, mode=SHOULD_ENCRYPT),
    replace(WELL, mode=NO_ENCRYPT, ports=(Port(ID, AVAILABLE, "Encryption Down"),)),
    replace(WELL, keys=(replace(WELL.keys[0], start_on="2025-01-01"),)),
    replace(WELL, keys=(), mode=SHOULD_ENCRYPT),
]
OURS = (KeyVersion("v", CKNS[0], frozenset({Label.IN_USE})),)
RARELY = st.sampled_from([False, False, False, True])


@st.composite
def drifted(draw: st.DrawFn) -> Facts:
    """Draw a link of which one thing is wrong that we mend, with few other things as they may be anywhere."""
    wild, link = draw(FACTS), draw(st.sampled_from(DRIFTED))
    of_link = draw(st.sets(st.sampled_from(["kind", "state", "mode", "keys", "ports", "tags"]), max_size=2))
    of_facts = draw(st.sets(st.sampled_from(["rotating", "mode_refused", "enforcement_paused"]), max_size=1))
    link = replace(link, **{name: getattr(wild.link, name) for name in of_link})
    facts = Facts(link, NOW, wild.rules, versions=OURS)
    return replace(facts, **{name: getattr(wild, name) for name in of_facts})


ANY = FACTS | drifted()


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a look at any link, for any reason, whatever was done before."""
    facts, prompt = draw(ANY), draw(PROMPTS)
    enforcement = "audit" if draw(RARELY) else "enforce"
    standing = draw(STANDINGS) if draw(RARELY) else None
    decision = decide(
        judge(facts),
        facts,
        enforcement=enforcement,
        onboard=draw(st.booleans()),
        paused=draw(st.sampled_from(("LinkDark", "PausedByHand"))) if draw(RARELY) else None,
        standing=standing,
        action_runs=draw(RARELY),
        prompt=prompt,
        windows=draw(WINDOWS),
    )
    event(f"leads to {decision.why}")
    return facts, prompt, enforcement, standing, decision


@RUN
@given(ANY)
def test_every_link_has_a_verdict_the_gravest_first(facts: Facts) -> None:
    judgement = judge(facts)

    found = [finding for finding in judgement.findings if finding.reason != "Exempt"]
    order = [GRAVITY.get(finding.status, 2) for finding in found]
    assert judgement.status is judgement.findings[0].status
    assert order == sorted(order)
    assert len(set(judgement.reasons)) == len(judgement.reasons)
    assert judgement == judge(facts)


@RUN
@given(ANY)
def test_a_compliant_link_is_in_must_encrypt_and_nowhere_dark(facts: Facts) -> None:
    judgement, link = judge(facts), facts.link

    if judgement.status is Status.COMPLIANT:
        assert link.mode == MUST_ENCRYPT
        assert facts.held or facts.rotating
        assert all(port.encrypted for port in link.ports) or not facts.held


@RUN
@given(cases())
def test_no_link_whose_encryption_is_down_is_ever_raised(case: Case) -> None:
    facts, *_, decision = case

    if not facts.link.encrypted and facts.link.mode != NO_ENCRYPT:
        assert decision.remedy is not Remedy.ENFORCE


@RUN
@given(cases())
def test_a_mode_is_set_only_on_a_link_that_is_up_with_a_key_associated(
    case: Case,
) -> None:
    facts, *_, decision = case
    link = facts.link

    if decision.remedy is Remedy.ENFORCE:
        assert any(key.associated for key in link.keys)
        assert link.state == AVAILABLE
        assert link.ports
        assert all(port.up for port in link.ports)
        assert not facts.mode_refused
        assert facts.enforcement_paused is None


@RUN
@given(cases())
def test_what_is_not_ours_exempt_or_only_watched_is_never_touched(
    case: Case,
) -> None:
    facts, _, enforcement, _, decision = case
    link, judgement = facts.link, judge(facts)
    watched = enforcement == "audit" and link.tags.get("dxmacsec:enforcement") != "enforce"

    if link.kind is LinkKind.HOSTED or not link.macsec_capable or judgement.status is Status.EXEMPT or watched:
        assert decision.remedy is None


@RUN
@given(cases())
def test_the_end_of_our_own_doing_never_acts(case: Case) -> None:
    _, prompt, *_, decision = case

    if prompt is PromptKind.ENDED:
        assert decision.remedy is None


@RUN
@given(cases())
def test_a_rotation_is_started_only_beside_none_and_on_an_available_link(
    case: Case,
) -> None:
    facts, *_, decision = case

    if decision.remedy is Remedy.ROTATE:
        assert not facts.rotating
        assert facts.link.state == AVAILABLE


@RUN
@given(cases())
def test_whatever_is_wrong_is_mended_or_somebody_hears_of_it(
    case: Case,
) -> None:
    facts, prompt, _, _, decision = case
    judgement = judge(facts)
    fresh = replace(decision, news=None)

    if judgement.status is Status.NON_COMPLIANT and decision.remedy is None and decision.why != "UnderWay":
        assert tells_people(judgement, fresh, prompt, changed=True)
    if judgement.status in (Status.COMPLIANT, Status.EXEMPT, Status.NOT_APPLICABLE):
        assert not tells_people(judgement, fresh, prompt, changed=True)


@RUN
@given(cases())
def test_every_verdict_can_be_told(case: Case) -> None:
    facts, _, _, standing, decision = case
    judgement = judge(facts)
    after = Standing(facts.link.id, 2, judgement.status, judgement.reasons, judgement.sentence, NOW)

    subject, text = letter(judgement, decision, facts.link, None)

    assert subject.isprintable()
    assert len(subject) < 100
    assert len(text) < 10_000
    assert record(standing, after, facts.link, decision)["after"]["status"] == judgement.status


@pytest.mark.parametrize("why", ["Enforce", "Rotate", "EncryptionDown", "NotNow", "AuditOnly", "Exempt"])
def test_what_the_properties_are_about_is_among_what_is_drawn(why: str) -> None:
    long = settings(RUN, max_examples=20_000, phases=[Phase.generate], suppress_health_check=list(HealthCheck))

    found = find(cases(), lambda case: case[-1].why == why, settings=long)

    assert found[-1].why == why
