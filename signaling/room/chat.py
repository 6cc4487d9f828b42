"""The room's chat: the latest lines, each once."""

from datetime import datetime

from wire.room import ChatMessage, Participant
from wire.signaling import SendChat

LINES_KEPT = 200


def said(
    chat: tuple[ChatMessage, ...], by: Participant, line: SendChat, now: datetime
) -> tuple[ChatMessage, ...]:
    """Return the chat with the line at its end; a line whose id its sender used already changes nothing."""
    if any(
        earlier.message_id == line.message_id and earlier.participant_id == by.participant_id
        for earlier in chat
    ):
        return chat
    message = ChatMessage(
        message_id=line.message_id,
        participant_id=by.participant_id,
        name=by.name,
        text=line.text,
        sent_at=now,
    )
    return (*chat, message)[-LINES_KEPT:]
