"""The checker of histories finds what is no register, and lets pass what is one."""
import itertools
import pathlib
import random
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "crash"))
import linearize  # noqa: E402 - in another folder
from linearize import Op, linearizable  # noqa: E402

KINDS = ["put", "add", "delete", "delete_id", "read", "read_id"]


def answer_of(kind, state, fresh):
    """What an operation answers in that state."""
    return {"put": state[1] if state else fresh, "add": fresh, "delete": None, "delete_id": bool(state and state[1] == 1),
            "read": state[0] if state else None, "read_id": state[1] if state else None}[kind]


def made(rng, count, clients=3):
    """A history that is linearizable: each operation takes effect at a moment within its time."""
    moments = sorted(rng.sample(range(1000), count))
    free = [0] * clients
    ids = itertools.count(1)
    state, history = None, []
    for number, moment in enumerate(moments):
        able = [client for client in range(clients) if free[client] < moment]
        if not able:
            continue
        client = rng.choice(able)
        kind = rng.choice(KINDS)
        asked = {"put": f"v{number}", "add": f"v{number}", "delete_id": 1}.get(kind)
        op = Op(kind, asked, answer_of(kind, state, next(ids)), rng.randint(free[client], moment), moment + rng.randint(1, 120))
        state = linearize.STEPS[kind](state, op)
        assert state is not linearize.WRONG
        free[client] = op.end
        history.append(op)
    return history


def by_all_orders(history):
    """The same question, answered by trying every order."""
    for order in itertools.permutations(history):
        if any(order[j].end < order[i].start for i in range(len(order)) for j in range(i + 1, len(order))):
            continue
        state = None
        for op in order:
            state = linearize.STEPS[op.kind](state, op)
            if state is linearize.WRONG:
                break
        else:
            return True
    return False


def test_a_history_with_a_moment_for_each_operation_passes():
    rng = random.Random(1)
    for _ in range(2000):
        assert linearizable(made(rng, 16))


def test_it_agrees_with_trying_every_order():
    rng = random.Random(2)
    found = {True: 0, False: 0}
    for _ in range(1500):
        history = made(rng, 5)
        if not history:
            continue
        i = rng.randrange(len(history))
        wrong = rng.choice([None, "v0", "v3", 1, 2, True, False])
        history[i] = Op(history[i].kind, history[i].value, wrong, history[i].start, history[i].end)
        want = by_all_orders(history)
        assert linearizable(history) == want, linearize.show(history)
        found[want] += 1
    assert min(found.values()) > 100, found


PLANTED = {
    "an acknowledged put is not read": [Op("put", "a", 1, 0, 1), Op("read", None, None, 2, 3)],
    "an old picture is read": [Op("put", "a", 1, 0, 1), Op("put", "b", 1, 2, 3), Op("read", None, "a", 4, 5)],
    "a deletion is undone": [Op("put", "a", 1, 0, 1), Op("delete", None, None, 2, 3), Op("read", None, None, 4, 5),
                             Op("read", None, "a", 6, 7)],
    "a picture is read before it is sent": [Op("read", None, "a", 0, 1), Op("put", "a", 1, 2, 3)],
    "two readers see two orders": [Op("put", "a", 1, 0, 9), Op("put", "b", 1, 0, 9), Op("read", None, "a", 10, 11),
                                   Op("read", None, "b", 12, 13)],
    "a put changes the id": [Op("put", "a", 1, 0, 1), Op("put", "b", 2, 2, 3)],
    "one id is deleted twice": [Op("add", "a", 1, 0, 1), Op("delete_id", 1, True, 2, 9), Op("delete_id", 1, True, 2, 9)],
    "an add keeps the id": [Op("add", "a", 1, 0, 1), Op("add", "b", 1, 2, 3)],
    "a list shows what a read does not": [Op("add", "a", 1, 0, 1), Op("read_id", None, None, 2, 3)],
}


@pytest.mark.parametrize("history", PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_violation_is_found(history):
    assert not linearizable(history)


def test_what_was_not_answered_may_have_happened_or_not():
    lost = Op("put", "b", None, 2, None)
    before = [Op("put", "a", 1, 0, 1), lost]
    assert linearizable(before + [Op("read", None, "a", 5, 6), Op("read", None, "b", 7, 8)])
    assert linearizable(before + [Op("read", None, "a", 5, 6)])
    assert not linearizable(before + [Op("read", None, "b", 5, 6), Op("read", None, "a", 7, 8)])
    assert not linearizable(before + [Op("read", None, None, 5, 6)])
