"""What of a patient's particulars goes onto paper that leaves the house."""


def masked(number: str) -> str:
    """Hide the middle of an identity number: the first six and the last two characters stay.

    What is too short for that keeps its last two characters.
    """
    head = 6 if len(number) >= 12 else 0
    return number[:head] + "*" * max(len(number) - head - 2, 0) + number[-2:]
