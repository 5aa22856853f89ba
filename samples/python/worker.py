"""Works on the queue of a Parley node: worker.py ENDPOINT

On the node:  PlainZmq.pusher(node, JOBS).bind("tcp://*:5557")

A message is done for the node when it is written. If this program dies, what it was given is lost with it: work that must not
be lost belongs to a worker that is a node."""
import sys

import zmq

socket = zmq.Context.instance().socket(zmq.PULL)
socket.rcvhwm = 1  # no more than one waits here while others are idle
socket.connect(sys.argv[1])

while True:
    job = socket.recv()
    print("done", job.decode(), flush=True)
