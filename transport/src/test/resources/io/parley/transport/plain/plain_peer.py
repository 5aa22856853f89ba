"""A libzmq socket for the tests of plain sockets: plain_peer.py TYPE bind|connect ENDPOINT ROLE MESSAGES [OPTION=VALUE…]

MESSAGES are sizes of frames, one message after the other: 5,0,300+7 are three, the last of two frames.
send     sends each once             repeat   sends each again and again, until stdin ends
collect  receives each, in any order  echo     sends back what comes, until stdin ends
ask      sends each and wants it back, with the envelope of a REQ where it is a DEALER
connects opens MESSAGES sockets one after the other, and asks with each"""
import os
import sys
import threading
import time
import traceback

import zmq


def fail(kind, value, trace):
    """Without the context's own end, which waits for ever for what is still open."""
    traceback.print_exception(kind, value, trace)
    os._exit(1)


sys.excepthook = fail
kind, side, endpoint, role, spec = sys.argv[1:6]
options = dict(option.split("=", 1) for option in sys.argv[6:])
context = zmq.Context()
over = threading.Event()


def watch():
    sys.stdin.read()
    over.set()


threading.Thread(target=watch, daemon=True).start()


def message(number, sizes):
    return [bytes([(number * 31 + at * 7) & 0xFF]) * int(size) for at, size in enumerate(sizes.split("+"))]


def opened():
    socket = context.socket(getattr(zmq, kind))
    socket.linger = 5000
    socket.rcvtimeo = 20000
    socket.sndtimeo = 20000
    socket.reconnect_ivl = 50
    if "server" in options:
        socket.curve_server = True
        socket.curve_publickey, socket.curve_secretkey = options["server"].encode().split(b"|")
    if "client" in options:
        keys = options["client"].encode().split(b"|")
        socket.curve_publickey, socket.curve_secretkey, socket.curve_serverkey = keys
    if "identity" in options:
        socket.identity = options["identity"].encode()
    if kind == "SUB":
        socket.subscribe(options.get("filter", ""))
    if side == "bind":
        socket.bind(endpoint)
    else:
        socket.connect(endpoint)
    return socket


def ask(socket, number, sizes):
    frames = message(number, sizes)
    envelope = [] if kind == "REQ" else [b"", ] if "plain" not in options else []
    socket.send_multipart(envelope + frames)
    back = socket.recv_multipart()
    assert back == envelope + frames, "another reply: %r" % [part[:50] for part in back]


if role == "connects":
    for number in range(int(spec)):
        start = time.monotonic()
        socket = opened()
        ask(socket, number, "10")
        took = time.monotonic() - start
        assert took < 1, "connect %d took %f s" % (number, took)
        socket.close(0)
    print("tcp://none\ndone", flush=True)
    os._exit(0)

socket = opened()
print(socket.last_endpoint.decode(), flush=True)
wanted = [message(number, sizes) for number, sizes in enumerate(spec.split(","))] if role not in ("echo",) else []
if role == "send":
    for frames in wanted:
        socket.send_multipart(frames)
elif role == "repeat":
    while not over.is_set():
        for frames in wanted:
            socket.send_multipart(frames)
        over.wait(0.05)
elif role == "collect":
    while wanted:
        frames = socket.recv_multipart()
        if frames in wanted:
            wanted.remove(frames)
        else:
            assert "any" in options, "not sent: %r" % [part[:50] for part in frames]
elif role == "count":
    for _ in range(int(options["count"])):
        assert len(socket.recv_multipart()) == len(wanted[0])
elif role == "ask":
    for number, sizes in enumerate(spec.split(",")):
        ask(socket, number, sizes)
elif role == "echo":
    socket.rcvtimeo = 100
    while not over.is_set():
        try:
            socket.send_multipart(socket.recv_multipart())
        except zmq.Again:
            pass
elif role == "silent":
    try:
        socket.rcvtimeo = int(spec)
        print("got %r" % socket.recv_multipart(), flush=True)
        os._exit(1)
    except zmq.Again:
        pass
print("done", flush=True)
if role == "repeat":
    os._exit(0)
over.wait(20)
socket.close()
context.term()
