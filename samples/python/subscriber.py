"""Hears what a Parley node publishes on a native PUB: subscriber.py ENDPOINT [PREFIX]

On the node:  PlainZmq.publisher(node, TICKS).bind("tcp://*:5556")"""
import sys

import zmq

endpoint = sys.argv[1]
prefix = sys.argv[2] if len(sys.argv) > 2 else ""

socket = zmq.Context.instance().socket(zmq.SUB)
socket.connect(endpoint)
socket.subscribe(prefix)  # compared byte by byte: "ticks.eur." ends a token, "ticks.eur" also begins "ticks.europe"

while True:
    subject, payload = socket.recv_multipart()
    print(subject.decode(), payload.decode(), flush=True)
