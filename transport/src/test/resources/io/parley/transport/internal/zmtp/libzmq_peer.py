"""A libzmq socket for the tests: libzmq_peer.py TYPE bind|connect ENDPOINT talk|echo|listen SIZES [HEARTBEAT_MS]

talk sends one message of each size and wants each back; echo sends back as many as there are sizes;
listen waits for so many seconds as SIZES says, and wants to stay connected."""
import os
import random
import sys
import time
import traceback

import zmq


def fail(kind, value, trace):
    """Without the context's own end, which waits for ever for what is still open."""
    traceback.print_exception(kind, value, trace)
    os._exit(1)


sys.excepthook = fail
kind, side, endpoint, role, sizes = sys.argv[1:6]
context = zmq.Context()
socket = context.socket(getattr(zmq, kind))
socket.linger = 2000
socket.rcvtimeo = 20000
socket.sndtimeo = 20000
socket.ipv6 = 1
socket.reconnect_ivl = 50
if len(sys.argv) > 6:
    socket.heartbeat_ivl = int(sys.argv[6])
    socket.heartbeat_timeout = 3 * int(sys.argv[6])
    socket.heartbeat_ttl = 5 * int(sys.argv[6])
monitor = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
if side == "bind":
    socket.bind(endpoint)
else:
    socket.connect(endpoint)
print(socket.last_endpoint.decode(), flush=True)

router = kind == "ROUTER"


def receive():
    parts = socket.recv_multipart()
    assert len(parts) == (2 if router else 1), "%d parts" % len(parts)
    return parts


def hello():
    """A ROUTER can speak only to whom it heard."""
    return receive()[0] if router else None


if role == "listen":
    peer = hello()
    time.sleep(float(sizes))
    assert not monitor.poll(0), "disconnected"
    socket.send_multipart([peer, b"alive"] if router else [b"alive"])
    receive()
else:
    chance = random.Random(7)
    lengths = [int(size) for size in sizes.split(",")]
    if role == "talk":
        peer = hello()
        messages = [chance.randbytes(length) for length in lengths]
        for message in messages:
            socket.send_multipart([peer, message] if router else [message])
        for message in messages:
            assert receive()[-1] == message, "another message came back"
    else:
        for _ in lengths:
            socket.send_multipart(receive())
print("done", flush=True)
monitor.close()
socket.disable_monitor()
socket.close()
context.term()
