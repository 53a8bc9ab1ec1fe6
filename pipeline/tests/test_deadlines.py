"""Deadlines: what takes too long ends, and nothing else does."""

import asyncio

import pytest

from mozpipeline.receive.deadlines import Deadlines, LateError


async def never() -> bytes:
    await asyncio.Event().wait()
    return b""


async def soon() -> bytes:
    await asyncio.sleep(0)
    return b"body"


def test_those_that_take_too_long_end_and_the_others_do_not() -> None:
    async def ten() -> list[bytes | BaseException]:
        deadlines = Deadlines(0.05, asyncio.get_running_loop())
        work = [deadlines.keep(soon() if number % 2 else never()) for number in range(10)]
        return await asyncio.gather(*work, return_exceptions=True)

    ended = asyncio.run(ten())
    assert ended[1::2] == [b"body"] * 5
    assert [type(one) for one in ended[::2]] == [LateError] * 5


def test_who_was_cancelled_by_others_was_not_late() -> None:
    async def cancelled() -> None:
        deadlines = Deadlines(60, asyncio.get_running_loop())
        task = asyncio.create_task(deadlines.keep(never()))
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())


def test_a_deadline_is_set_anew_after_all_were_kept() -> None:
    async def twice() -> bytes:
        deadlines = Deadlines(0.05, asyncio.get_running_loop())
        assert await deadlines.keep(soon()) == b"body"
        await asyncio.sleep(0.02)  # the timer finds nothing
        return await deadlines.keep(never())

    with pytest.raises(LateError):
        asyncio.run(twice())
