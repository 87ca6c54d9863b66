"""A web server that gives everybody the same answer and keeps what it was sent.

    tls_page.py CERTIFICATE_AND_KEY ANSWER RECORD

Prints the port of 127.0.0.1 it listens on. Each request is appended to the file RECORD before it is answered with
the bytes of the file ANSWER; who does not get as far as a request leaves nothing there. Ends with who started it.
"""
import os
import signal
import socket
import ssl
import sys


def request(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return data
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        chunk = connection.recv(65536)
        if not chunk:
            break
        body += chunk
    return head + b"\r\n\r\n" + body


def main(certificate, answer, record):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    listener = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    # A thread that blocks signals hands that on to the programs it starts.
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    parent = os.getppid()
    listener.settimeout(0.5)
    while os.getppid() == parent:
        try:
            plain, _ = listener.accept()
        except TimeoutError:
            continue
        try:
            with context.wrap_socket(plain, server_side=True) as connection:
                data = request(connection)
                with open(record, "ab") as file:
                    file.write(data)
                with open(answer, "rb") as file:
                    connection.sendall(file.read())
        except OSError as error:
            print(error, file=sys.stderr)


main(*sys.argv[1:])
