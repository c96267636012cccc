"""Asks grpc.health.v1 with Python's grpcio: prints the status numbers of Check for each service named."""
import sys

import grpc

channel = grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}")
check = channel.unary_unary(
    "/grpc.health.v1.Health/Check",
    request_serializer=lambda name: b"\x0a" + bytes([len(name)]) + name.encode() if name else b"",
    response_deserializer=lambda raw: raw[1] if len(raw) > 1 else 0,
)
for name in sys.argv[2:]:
    try:
        print(check(name, timeout=5))
    except grpc.RpcError as error:
        print(error.code().name)
