"""Asks a service of a Parley node: requester.py ENDPOINT TEXT…

On the node:  PlainZmq.replier(node, LENGTH).bind("tcp://*:5558")"""
import struct
import sys

import zmq

socket = zmq.Context.instance().socket(zmq.REQ)
socket.rcvtimeo = 15_000  # longer than the deadline of the service
socket.linger = 0
socket.connect(sys.argv[1])

for text in sys.argv[2:]:
    socket.send(text.encode())
    reply = socket.recv_multipart()
    if len(reply) == 2:  # an empty frame, and what went wrong
        print(text, "failed:", reply[1].decode(), flush=True)
    else:
        print(text, struct.unpack("<i", reply[0])[0], flush=True)  # Codec.int32() is little endian
