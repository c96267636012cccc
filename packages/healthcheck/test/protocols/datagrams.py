"""Receives datagrams at a Unix socket, as systemd does, and prints each as a line of JSON."""
import json
import socket
import sys

receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind(sys.argv[1])
print(json.dumps("ready"), flush=True)
while True:
    print(json.dumps(receiver.recv(4096).decode()), flush=True)
