"""A batch of events: each link that they name is looked at once, and only what failed comes again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dxmacsec.compliance import Change, HeardChanges
from dxmacsec.errors import Refused, ServiceFault, Throttled
from dxmacsec.interfaces import DirectConnect
from dxmacsec.model import NO_ENCRYPT, SHOULD_ENCRYPT, Link
from dxmacsec.policy.change_events import written
from dxmacsec.steps.hear_change import MOST_READ_ALONE, hear_change
from sandbox.twin import Estate
from sandbox.twin.estates import DEFAULT_ESTATE, LOCATIONS
from tests.unit.steps.test_judge_links import ANA, FAULT, about, change_mode, hold, many, settled, standing, started
from tests.worlds.estates import LAG, LINK, MEMBERS, PARTNER, SPARE, a_connection, a_lag, a_pair_of_connections
from tests.worlds.scene import Scene, a_scene
from tests.worlds.trouble import BEFORE, raising

EVENTS = Path(__file__).parents[3] / "events"
NOBODY = "dxcon-fnobody01"


def event(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return read


def a_call(*links: str, call: str = "UpdateConnection", at: str = "2026-03-01T11:59:00Z") -> dict[str, Any]:
    """Return the event of a call that names links."""
    made = event("connection_mode_changed")
    detail = {
        **made["detail"],
        "eventName": call,
        "eventTime": at,
        "requestParameters": {"connectionId": links[0]},
        "responseElements": {"connections": [{"connectionId": link} for link in links[1:]]},
    }
    return {**made, "detail": detail}


def ended(link: str = LINK) -> dict[str, Any]:
    made = event("enforcement_ended")
    return {**made, "detail": {**made["detail"], "link": link}}


def freed(change: Change, link: str = LINK) -> dict[str, Any]:
    return {**event("link_freed"), "detail": {"link": link, "change": written(change)}}


def secret_deleted(scene: Scene, link_id: str) -> dict[str, Any]:
    """Delete the managed secret of a link's key, and return the event of it."""
    (key,) = scene.link(link_id).keys
    assert key.secret_arn
    made = event("managed_secret_deleted")
    scene.managed.delete(key.secret_arn, scene.clock.now())
    return {**made, "detail": {**made["detail"], "responseElements": {"arn": key.secret_arn}}}


def hear(scene: Scene, *events: object, **named: object) -> HeardChanges:
    messages: Mapping[str, object] = {str(number): each for number, each in enumerate(events)} | named
    return hear_change(messages, scene.world)


def a_lag_and_a_connection() -> Estate:
    return replace(a_lag(), connections=a_connection().connections)


class Lacking:
    """Direct Connect whose lists lack one link for a while; asked for the very link, it knows it."""

    def __init__(self, target: DirectConnect, link_id: str) -> None:
        self._target = target
        self._link_id = link_id

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - stands for the target
        return getattr(self._target, name)

    def links(self) -> tuple[Link, ...]:
        return tuple(link for link in self._target.links() if link.id != self._link_id)


def lacking(scene: Scene, link_id: str) -> Scene:
    listed: Any = Lacking(scene.world.direct_connect, link_id)
    return replace(scene, world=replace(scene.world, direct_connect=listed))


UNREADABLE: list[object] = [
    None,
    7,
    "text",
    [],
    {},
    {"source": "aws.ec2", "detail-type": "x"},
    {**event("link_freed"), "detail": {}},
]


@pytest.mark.parametrize("broken", UNREADABLE)
def test_a_message_that_can_not_be_read_fails_alone(broken: object) -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)

    heard = hear(scene, bad=broken, good=a_call(LINK))

    assert heard.failed == ("bad",)
    assert heard.looked.changed == (LINK,)


def test_a_link_in_trouble_fails_all_messages_about_it_and_no_other() -> None:
    scene = settled(a_lag_and_a_connection())
    change_mode(scene, SHOULD_ENCRYPT)
    scene.trouble.always("compliance_ledger.note_standing", BEFORE, about(scene, LAG))
    scene.twin.call("UpdateLag", {"lagId": LAG, "encryptionMode": SHOULD_ENCRYPT}, principal="person")

    heard = hear(
        scene,
        by_id=ended(LAG),
        by_member=a_call(MEMBERS[0]),
        by_secret=secret_deleted(scene, LAG),
        by_both=a_call(LINK, MEMBERS[1]),
        of_the_other=a_call(LINK),
        of_nobody=a_call(NOBODY),
        nothing=event("our_own_call"),
    )

    assert set(heard.failed) == {"by_id", "by_member", "by_secret", "by_both"}
    assert [trouble.link for trouble in heard.looked.troubles] == [LAG]
    assert heard.looked.changed == (LINK,)


@pytest.mark.parametrize("lost", [MEMBERS[0], LAG])
def test_a_member_or_a_lag_that_can_not_be_read_fails_the_member_s_message(lost: str) -> None:
    scene = settled(a_lag_and_a_connection())
    change_mode(scene, SHOULD_ENCRYPT)
    scene.trouble.always("direct_connect.link", BEFORE, about(scene, lost))

    heard = hear(scene, member=a_call(MEMBERS[0]), other=a_call(LINK))

    assert heard.failed == ("member",)
    assert heard.looked.changed == (LINK,)


def test_a_link_that_could_not_be_read_is_not_retired() -> None:
    scene = settled()
    scene.trouble.always("direct_connect.link", BEFORE, FAULT)

    heard = hear(scene, a_call(LINK, call="DeleteConnection"))

    assert (heard.failed, heard.looked.retired) == (("0",), ())
    assert standing(scene).version == 1


@pytest.mark.parametrize("error", [ServiceFault("no answer"), Throttled("slow down")])
def test_the_whole_batch_comes_again_when_the_pages_can_not_be_read(error: Exception) -> None:
    scene = settled(many(MOST_READ_ALONE + 1))
    scene.trouble.at("direct_connect.links", BEFORE, raising(error))

    with pytest.raises(type(error)):
        hear(scene, *(a_call(link) for link in scene.compliance.rows))

    assert scene.trouble.count("remedies.enforce") == 0


@pytest.mark.parametrize(
    ("named", "alone", "lists"), [(MOST_READ_ALONE, MOST_READ_ALONE, 0), (MOST_READ_ALONE + 1, 0, 1)]
)
def test_few_links_are_read_one_by_one_and_many_in_pages(named: int, alone: int, lists: int) -> None:
    scene = settled(many(MOST_READ_ALONE + 1))
    links = sorted(scene.compliance.rows)[:named]
    for link in links:
        change_mode(scene, SHOULD_ENCRYPT, link)
    before = {name: scene.trouble.count(f"direct_connect.{name}") for name in ("link", "links")}

    heard = hear(scene, *(a_call(link) for link in links for _ in range(3)))

    assert scene.trouble.count("direct_connect.link") - before["link"] == alone
    assert scene.trouble.count("direct_connect.links") - before["links"] == lists
    assert sorted(heard.looked.changed) == links
    assert len(scene.remedies.enforcements) == named


def test_a_secret_s_holder_is_found_in_pages() -> None:
    scene = settled(a_pair_of_connections(declared=False))
    before = scene.trouble.count("direct_connect.links")

    heard = hear(scene, secret_deleted(scene, PARTNER))

    assert scene.trouble.count("direct_connect.links") - before == 1
    assert (heard.looked.changed, heard.failed) == ((PARTNER,), ())
    assert standing(scene, PARTNER).reasons == ("ManagedSecretDeleted",)


@pytest.mark.parametrize("in_pages", [False, True])
def test_members_and_their_lag_are_one_link_and_looked_at_once(*, in_pages: bool) -> None:
    scene = settled(a_lag())
    scene.twin.call("UpdateLag", {"lagId": LAG, "encryptionMode": SHOULD_ENCRYPT}, principal="person")
    others = [a_call(f"dxcon-fnobody{number:02d}") for number in range(MOST_READ_ALONE)] if in_pages else []

    heard = hear(scene, a_call(*MEMBERS), a_call(LAG, call="UpdateLag"), *others)

    assert heard.looked.counts == {"ModeNotEnforced": 1}
    assert list(scene.remedies.enforcements) == [started(LAG)]
    assert not set(MEMBERS) & set(scene.compliance.rows)


def test_a_link_that_nobody_knows_leads_to_nothing() -> None:
    scene = settled()

    heard = hear(scene, a_call(NOBODY))

    assert (heard.failed, heard.looked.counts, heard.looked.retired) == ((), {}, ())
    assert scene.herald.alerts == []


@pytest.mark.parametrize("seconds", [0, 3600])
def test_a_link_that_is_deleting_or_deleted_is_retired_and_not_judged(seconds: int) -> None:
    scene = settled()
    scene.twin.call("DeleteConnection", {"connectionId": LINK}, principal="person")
    scene.clock.sleep(seconds)

    heard = hear(scene, a_call(LINK, call="DeleteConnection"))

    assert (heard.looked.retired, heard.looked.counts, heard.failed) == ((LINK,), {}, ())
    assert scene.compliance.rows == {}
    assert scene.key_secrets.deleted == {LINK}
    assert scene.compliance.verdicts[LINK][-1]["change"]["call"] == "DeleteConnection"
    [(subject, text)] = scene.herald.alerts
    assert subject == f"dxmacsec {LINK}: LinkDeleted"
    assert "DeleteConnection by arn:aws:iam::123456789012:user/ana" in text


def test_a_deleted_link_among_many_is_retired_and_not_judged() -> None:
    scene = settled(many(MOST_READ_ALONE + 1))
    links = sorted(scene.compliance.rows)
    scene.twin.call("DeleteConnection", {"connectionId": links[0]}, principal="person")

    heard = hear(scene, *(a_call(link) for link in links))

    assert (heard.looked.retired, heard.looked.counts) == ((links[0],), {"Compliant": MOST_READ_ALONE})
    assert set(scene.compliance.rows) == set(links[1:])


def test_the_last_change_of_a_deleted_link_is_its_deletion_in_whatever_order_they_come() -> None:
    for first, second in ((0, 1), (1, 0)):
        scene = settled()
        scene.twin.call("DeleteConnection", {"connectionId": LINK}, principal="person")
        calls = (
            a_call(LINK, call="DeleteConnection", at="2026-03-01T11:30:00Z"),
            a_call(LINK, call="TagResource", at="2026-03-01T11:00:00Z"),
        )

        hear(scene, calls[first], calls[second])

        assert scene.compliance.verdicts[LINK][-1]["change"]["call"] == "DeleteConnection"


def test_the_deletion_of_a_lag_retires_it_and_leaves_its_members_to_be_judged() -> None:
    scene = settled(a_lag())
    scene.twin.call("DeleteLag", {"lagId": LAG}, principal="person")

    heard = hear(scene, a_call(LAG, *MEMBERS, call="DeleteLag"))

    assert heard.looked.retired == (LAG,)
    assert sum(heard.looked.counts.values()) == len(MEMBERS)
    assert set(MEMBERS) < set(scene.compliance.rows)


def test_a_connection_that_joins_a_lag_ends_its_own_standing_and_the_lag_is_looked_at() -> None:
    scene = settled(a_lag())
    assert SPARE in scene.compliance.rows
    scene.twin.call("AssociateConnectionWithLag", {"connectionId": SPARE, "lagId": LAG}, principal="person")

    heard = hear(scene, a_call(SPARE, LAG, call="AssociateConnectionWithLag"))

    assert heard.looked.retired == (SPARE,)
    assert sum(heard.looked.counts.values()) == 1
    assert set(scene.compliance.rows) == {LAG}
    assert scene.key_secrets.deleted == set()


def test_trouble_at_retiring_fails_the_messages_that_name_the_link() -> None:
    scene = settled(a_pair_of_connections(declared=False))
    scene.twin.call("DeleteConnection", {"connectionId": LINK}, principal="person")
    scene.trouble.always("key_secrets.schedule_deletion", BEFORE, FAULT)

    heard = hear(scene, gone=a_call(LINK, call="DeleteConnection"), other=a_call(PARTNER))

    assert (heard.failed, heard.looked.retired) == (("gone",), ())
    assert LINK in scene.compliance.rows


def test_a_list_that_lacks_a_link_which_still_exists_is_no_proof() -> None:
    scene = settled(many(MOST_READ_ALONE + 1))
    links = sorted(scene.compliance.rows)

    heard = hear(lacking(scene, links[0]), *(a_call(link) for link in links))

    assert (heard.looked.retired, heard.failed) == ((), ())
    assert links[0] in scene.compliance.rows
    assert (scene.key_secrets.deleted, scene.herald.alerts) == (set(), [])


def test_an_end_of_ours_beside_a_change_does_not_keep_the_change_from_acting() -> None:
    for batch in ([ended(), a_call(LINK)], [a_call(LINK), ended()]):
        scene = settled()
        change_mode(scene, SHOULD_ENCRYPT)

        heard = hear(scene, *batch)

        assert len(heard.looked.started) == 1
        change = standing(scene).change
        assert change
        assert change.call == "UpdateConnection"


def test_an_end_of_ours_alone_acts_on_nothing() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)

    heard = hear(scene, ended())

    assert (heard.looked.changed, heard.looked.started) == ((LINK,), ())


def test_of_several_changes_the_newest_is_written_down() -> None:
    scene = settled()
    change_mode(scene, NO_ENCRYPT)

    hear(
        scene,
        a_call(LINK, call="UpdateConnection", at="2026-03-01T11:00:00Z"),
        a_call(LINK, call="TagResource", at="2026-03-01T11:30:00Z"),
        a_call(LINK, call="AssociateMacSecKey", at="2026-03-01T11:15:00Z"),
    )

    change = standing(scene).change
    assert change
    assert change.call == "TagResource"


def test_a_change_that_waited_is_the_one_that_is_written_down() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)

    hear(scene, freed(ANA))

    assert standing(scene).change == ANA


def test_a_sweep_that_waited_names_nobody() -> None:
    scene = settled()
    change_mode(scene, SHOULD_ENCRYPT)

    heard = hear(scene, freed(Change("", "swept", "", ANA.at)))

    assert len(heard.looked.started) == 1
    assert standing(scene).change is None


def test_the_word_at_a_lock_is_the_change_that_met_it() -> None:
    scene = settled()
    hold(scene)

    heard = hear(scene, a_call(LINK), ended())

    assert (heard.looked.waiting, heard.failed) == ((LINK,), ())
    assert scene.ledger.waiting[LINK].call == "UpdateConnection"


def test_what_there_is_nothing_to_do_about_is_counted_and_reads_nothing() -> None:
    scene = settled()
    before = len([each for each in scene.trouble.seen if each.name.startswith("direct_connect.")])

    heard = hear(scene, event("our_own_call"), event("our_own_call"), event("change_refused"))

    assert heard.nothing == {"OwnDoing": 2, "CallRefused": 1}
    assert len([each for each in scene.trouble.seen if each.name.startswith("direct_connect.")]) == before
    assert heard.failed == ()


def test_a_link_that_was_never_judged_is_judged_when_it_is_named() -> None:
    scene = a_scene(replace(DEFAULT_ESTATE, locations=LOCATIONS))

    heard = hear(scene, a_call("dxcon-fp1g2h3j", call="CreateConnection"))

    assert heard.looked.counts == {"NotMacSecCapable": 1}
    assert set(scene.compliance.rows) == {"dxcon-fp1g2h3j"}


def test_a_refusal_of_one_read_is_that_link_s_trouble() -> None:
    scene = settled(a_pair_of_connections(declared=False))
    scene.trouble.at("direct_connect.link", BEFORE, raising(Refused("no")))

    heard = hear(scene, one=a_call(LINK), two=a_call(PARTNER))

    assert heard.failed == ("one",)
