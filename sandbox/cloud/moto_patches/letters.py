"""SNS: reading what topics sent, as whoever subscribed with an e-mail address would read it.

What breaks when moto moves: `Topic.sent_notifications` and the order of its members.
"""

from __future__ import annotations

from sandbox.cloud.account import ACCOUNT_ID, REGION
from sandbox.cloud.moto_patches.mending import private
from sandbox.cloud.vocabulary import Private


def letters(account: str = ACCOUNT_ID) -> list[dict[str, str]]:
    """Return the subject and text of every message that an account's topics sent, those of a topic in their order."""
    backend: Private = private("moto.sns.models").sns_backends[account][REGION]
    sent = [each for topic in list(backend.topics.values()) for each in list(topic.sent_notifications)]
    return [{"subject": subject or "", "text": text} for _, text, subject, *_ in sent]
