"""Taking a port, or saying how to choose another."""

from __future__ import annotations

import errno
import socket

from forbear.errors import InputError

_WHY = {
    errno.EADDRINUSE: "is taken by another program",
    errno.EACCES: "may not be used by you",
    errno.EADDRNOTAVAIL: "can't be had: that is not an address of this machine",
}


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there; raises InputError that says how to choose another port."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    except socket.gaierror as error:
        raise InputError(f"{host!r} is no address; set FORBEAR_HOST, for example to 127.0.0.1.") from error
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        why = _WHY.get(error.errno or 0, f"can't be used ({error.strerror})")
        other = port + 1 if port < 65535 else 8000
        raise InputError(
            f"Port {port} on {host} {why}. Choose another: make demo PORT={other}, "
            f"or forbear serve --port {other}.",
            field="port",
        ) from error
    return listener
