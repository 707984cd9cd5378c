"""Forks the children of the crash tests, from a process that has everything imported.

A child costs a few milliseconds so, not the start of an interpreter. Run as a program,
it takes its orders from a socket: what to be, with a descriptor to tell its life to;
or which child to bury.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
import threading
import traceback

from tests.crash.lives import LIVES, Life
from tests.crash.voices import Voice

__all__ = ()


def bear(life: Life, words: list[str], descriptor: int) -> int:
    """Fork a child that leads a life; it never returns here."""
    number = os.fork()
    if number:
        return number
    voice = Voice(descriptor)

    def fail(*_: object) -> None:
        voice.say("failed", json.dumps(traceback.format_exc()))

    threading.excepthook = fail
    try:
        kind, place, word = words
        life(voice, kind, place, word)
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
    except BaseException:
        fail()
    os._exit(0)


def serve(orders: socket.socket) -> None:
    while True:
        data, descriptors, _, _ = socket.recv_fds(orders, 1 << 16, 1)
        if not data:
            return
        verb, *words = json.loads(data)
        if verb == "bear":
            number = bear(LIVES[words[0]], words[1:], descriptors[0])
            os.close(descriptors[0])
            answer = number
        else:
            _, answer = os.waitpid(int(words[0]), 0)
        orders.sendall(f"{answer}\n".encode())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    serve(socket.socket(fileno=int(sys.argv[1])))
