#!/usr/bin/env python3
"""A relay in front of an authority, which dies between the commit of a join and the result's way to the agent.

usage: lost_result.py <port>, in the folder of the case. Connections to the port go on to the one in the
file `upstream`. While there is a file `armed` ("<pid> <token> <serial>"), no TLS record of the authority is
passed on before the token has been looked at: once a join beyond that serial is committed, the process is
killed, the record dropped, and the file `struck` left. The result is sent after the commit, so it never
passes.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import threading

one_at_a_time = threading.Lock()


def serial(token):
    shown = subprocess.run(
        ["tctl", "get", f"token/{token}", "--format=json"], capture_output=True, check=True
    )
    status = json.loads(shown.stdout)[0].get("status") or {}
    return status.get("bound_keypair", {}).get("serial", 0)


def is_result_due():
    """Whether the join has been committed. Kills the authority when it has."""
    with one_at_a_time:
        if not os.path.exists("armed"):
            return os.path.exists("struck")
        with open("armed", encoding="ascii") as file:
            pid, token, before = file.read().split()
        if serial(token) <= int(before):
            return False
        os.kill(int(pid), signal.SIGKILL)
        os.rename("armed", "struck")
        return True


def records(source):
    """TLS records, each whole."""
    with source.makefile("rb") as stream:
        while len(head := stream.read(5)) == 5:
            body = stream.read(int.from_bytes(head[3:5], "big"))
            yield head + body


def pump(source, target, is_down):
    try:
        for record in records(source):
            if is_down and is_result_due():
                break
            target.sendall(record)
    except OSError:
        pass
    finally:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def main():
    for agent in iter(lambda: listener.accept()[0], None):
        try:
            with open("upstream", encoding="ascii") as file:
                authority = socket.create_connection(("127.0.0.1", int(file.read())))
        except OSError:
            agent.close()
            continue
        for way in ((agent, authority, False), (authority, agent, True)):
            threading.Thread(target=pump, args=way, daemon=True).start()


listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
main()
