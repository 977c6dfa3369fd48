"""Many pages: order, laziness, early ends, threads, processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest
from conftest import PAGE, PROSE

import unchaff


def threads_here() -> int:
    """All threads of this process, those of Rust too."""
    return len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else threading.active_count()


@pytest.mark.parametrize("threads", [1, 2, 5, None])
def test_order(pages: list[str], threads: int | None) -> None:
    cleaner = unchaff.Cleaner()
    many = pages * 20
    want = [cleaner.clean(page).text for page in pages] * 20
    assert [cleaned.text for cleaned in cleaner.clean_many(iter(many), threads=threads)] == want
    assert list(cleaner.clean_many([], threads=threads)) == []
    mixed = [page.encode() if i % 2 else page for i, page in enumerate(many)]
    assert [cleaned.text for cleaned in cleaner.clean_many(mixed, threads=threads)] == want


@pytest.mark.parametrize("threads", [1, 2])
def test_errors_come_at_their_place(threads: int) -> None:
    def pages() -> Iterator[str]:
        for _ in range(300):
            yield PAGE
        raise LookupError("no more")

    got = []
    with pytest.raises(LookupError, match="no more"):
        for cleaned in unchaff.Cleaner().clean_many(pages(), threads=threads):
            got.append(cleaned.text)
    assert got == [PROSE] * 300

    items = unchaff.Cleaner().clean_many([PAGE, PAGE, 3, PAGE], threads=threads)  # type: ignore[list-item]
    assert [next(items).text, next(items).text] == [PROSE, PROSE]
    with pytest.raises(TypeError, match="item 2 is int"):
        next(items)
    assert list(items) == []


@pytest.mark.parametrize("threads", [1, 2])
def test_lazy(threads: int) -> None:
    pulled = 0

    def pages() -> Iterator[str]:
        nonlocal pulled
        while True:
            pulled += 1
            yield PAGE

    with unchaff.Cleaner().clean_many(pages(), threads=threads) as many:
        assert pulled == 0
        assert [next(many).text for _ in range(1000)] == [PROSE] * 1000
        assert 1000 <= pulled < 3000
    assert list(many) == []


def test_slow_pages_are_not_waited_for() -> None:
    taken = threading.Event()

    def pages() -> Iterator[str]:
        yield PAGE
        for _ in range(3):
            time.sleep(0.05)
            yield PAGE
        # The first result is out before the last page is in.
        assert taken.wait(10)
        yield PAGE

    count = 0
    for _ in unchaff.Cleaner().clean_many(pages(), threads=2):
        taken.set()
        count += 1
    assert count == 5


def test_no_thread_stays() -> None:
    before = threads_here()
    cleaner = unchaff.Cleaner()
    for _ in range(3):
        many = cleaner.clean_many([PAGE] * 5000, threads=4)
        next(many)
        many.close()
        many = cleaner.clean_many([PAGE] * 5000, threads=4)
        next(many)
        del many
        assert len(list(cleaner.clean_many([PAGE] * 500, threads=4))) == 500
    assert threads_here() == before


def test_the_lock_of_python_is_released() -> None:
    cleaner, page = unchaff.Cleaner(), PROSE * 20_000
    counted = 0
    stop = threading.Event()

    def count() -> None:
        nonlocal counted
        while not stop.is_set():
            counted += 1
            time.sleep(0.0005)

    counter = threading.Thread(target=count)
    counter.start()
    for _ in range(3):
        cleaner.clean(page)
    stop.set()
    counter.join()
    assert counted > 5


def test_one_cleaner_in_many_threads(pages: list[str]) -> None:
    cleaner = unchaff.Cleaner()
    want = [cleaner.clean(page).text for page in pages]
    with ThreadPoolExecutor(8) as pool:
        for got in pool.map(lambda _: [cleaner.clean(page).text for page in pages], range(16)):
            assert got == want


def test_iterator_in_use() -> None:
    many: unchaff.CleanedIterator

    def pages() -> Iterator[str]:
        yield PAGE
        next(many)

    many = unchaff.Cleaner().clean_many(pages(), threads=1)
    next(many)
    with pytest.raises(ValueError, match="in use already"):
        next(many)


CLEANER = unchaff.Cleaner(skip="byline")


def work(pages: list[str]) -> list[str]:
    return [cleaned.text for cleaned in CLEANER.clean_many(pages, threads=2)]


def work_with(cleaner: unchaff.Cleaner, page: str) -> unchaff.Cleaned:
    return cleaner.clean(page)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_processes(pages: list[str], method: str) -> None:
    want = work(pages)
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        assert list(pool.map(work, [pages] * 4)) == [want] * 4
        got = pool.map(work_with, [CLEANER] * len(pages), pages)
        assert [cleaned.text for cleaned in got] == want


def test_fork_with_an_iterator_under_way() -> None:
    many = CLEANER.clean_many([PAGE] * 5000, threads=2)
    for _ in range(64):
        next(many)
    child = os.fork()
    if child == 0:
        try:
            list(many)
        except RuntimeError as error:
            is_told = "before a fork" in str(error)
            del many
            os._exit(0 if is_told and CLEANER.clean(PAGE).text == PROSE else 1)
        os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(list(many)) == 5000 - 64


def test_forks_while_others_clean() -> None:
    done = threading.Event()

    def others() -> None:
        while not done.is_set():
            # New ones make what they need when they first need it, which a child must not find half-made.
            unchaff.Cleaner(skip="byline").clean(PAGE)

    threads = [threading.Thread(target=others) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            child = os.fork()
            if child == 0:
                signal.alarm(60)
                os._exit(0 if unchaff.Cleaner(skip="byline").clean(PAGE).text == PROSE else 1)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        done.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    "loop",
    [
        "list(cleaner.clean_many(itertools.repeat(page), threads=2))",
        "list(cleaner.clean_many(itertools.repeat(page), threads=1))",
        "collections.deque(cleaner.clean_many(itertools.repeat(page * 4000), threads=2), maxlen=0)",
        "cleaner.clean_arrow(pa.chunked_array([pa.array([page * 100] * 20000)] * 50), threads=2)",
    ],
)
def test_keyboard_interrupt(loop: str) -> None:
    pytest.importorskip("pyarrow")
    script = f"""
        import collections, itertools, os, sys, threading
        import unchaff, pyarrow as pa
        cleaner, page = unchaff.Cleaner(), {PAGE!r}
        before = len(os.listdir("/proc/self/task"))
        print("ready", flush=True)
        try:
            {loop}
        except KeyboardInterrupt:
            print("threads left", len(os.listdir("/proc/self/task")) - before)
    """
    run = [sys.executable, "-c", textwrap.dedent(script)]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    assert out == "threads left 0\n"
