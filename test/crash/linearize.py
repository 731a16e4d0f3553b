"""Is a history of one record's picture linearizable? Wing and Gong's search, with Lowe's memory of what was tried.

The record is a register that may be empty: its value is the picture's bytes and the picture's id. A history is a list
of operations, each with the moment it was sent, the moment its answer was there, and what the answer was. It is
linearizable when every operation can be given one moment between its two, so that done one after the other in that order each
answers what it did. An operation without an answer (`end` None) may have happened at any moment after it was sent, or never.
"""
from dataclasses import dataclass
from typing import Any, Optional

EMPTY = None
WRONG = object()  # the operation cannot answer that in this state


@dataclass(frozen=True)
class Op:
    kind: str
    value: Any  # what was asked: digest of the bytes that were sent, or the id
    answer: Any
    start: int
    end: Optional[int]


def put(state, op):
    """SuperOffice's PUT: the picture keeps its id; on a record without one a new picture is made."""
    if op.end is None:
        return (op.value, state[1] if state else "unknown")
    if state is not EMPTY and state[1] not in (op.answer, "unknown"):
        return WRONG
    return (op.value, op.answer)


def add(state, op):
    """Bitrix24's add in the role DETAIL_PICTURE: a new picture takes the place of the one there."""
    if op.end is None:
        return (op.value, "unknown")
    return WRONG if state is not EMPTY and state[1] == op.answer else (op.value, op.answer)


def delete(state, op):
    """SuperOffice's DELETE: without a picture it is no failure."""
    return EMPTY


def delete_id(state, op):
    """Bitrix24's delete of one id; the answer is whether it was there."""
    there = state is not EMPTY and state[1] in (op.value, "unknown")
    if op.end is None:
        return EMPTY if there else state
    if op.answer != there and not (state and state[1] == "unknown"):
        return WRONG
    return EMPTY if op.answer else state


def read(state, op):
    """The bytes, or None."""
    return state if op.answer == (state[0] if state else None) else WRONG


def read_id(state, op):
    """The id, or None."""
    now = state[1] if state else None
    if now == "unknown" and op.answer is not None:
        return (state[0], op.answer)
    return state if op.answer == now else WRONG


STEPS = {"put": put, "add": add, "delete": delete, "delete_id": delete_id, "read": read, "read_id": read_id}


def linearizable(history, state=EMPTY):
    """Searches depth first; what is left to do and the state it is left in are never tried twice."""
    ops = sorted(history, key=lambda op: op.start)
    must = sum(1 << i for i, op in enumerate(ops) if op.end is not None)
    tried = set()
    stack = [(0, state)]
    while stack:
        done, state = stack.pop()
        if done & must == must:
            return True
        # whatever is left and was answered earliest has to be done before what begins after it
        first_end = min(op.end for i, op in enumerate(ops) if not done >> i & 1 and op.end is not None)
        for i, op in enumerate(ops):
            if op.start > first_end:
                break
            if done >> i & 1:
                continue
            after = STEPS[op.kind](state, op)
            if after is WRONG:
                continue
            key = (done | 1 << i, after)
            if key not in tried:
                tried.add(key)
                stack.append(key)
    return False


def show(history):
    begin = min(op.start for op in history)
    lines = []
    for op in sorted(history, key=lambda op: op.start):
        end = "never" if op.end is None else f"{(op.end - begin) / 1e6:.3f}"
        lines.append(f"  {(op.start - begin) / 1e6:9.3f} to {end:>9} ms  {op.kind:9} {op.value} -> {op.answer}")
    return "\n".join(lines)
