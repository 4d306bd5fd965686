"""The web server and the workers as processes of one supervisor."""

import errno
import socket
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from bookkinda.supervisor import Child


def open_port(host: str, port: int) -> socket.socket:
    """Listen there. Raises ImproperlyConfigured with a sentence when that cannot be.

    The supervisor keeps the port while a web server that died is started again, so that visitors
    wait for a moment instead of being refused.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        raise ImproperlyConfigured(why_not(error, host, port)) from None
    return listener


def why_not(error: OSError, host: str, port: int) -> str:
    """What the administrator can do about a port that cannot be opened."""
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"HOST={host} is no address of this machine."
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is in use by another program. "
            f"Stop that one, or choose another port: PORT={port + 1}."
        )
    if error.errno == errno.EACCES:
        return f"This user may not open port {port}. Choose one above 1023 with PORT."
    return f"Port {port} of {host} cannot be opened: {error.strerror}."


def web_server(listener: socket.socket) -> Child:
    """gunicorn with threads, because browsers hold connections open on which they ask nothing."""
    memory = Path("/dev/shm")  # noqa: S108 gunicorn's sign of life, which a slow disk would block
    command = [
        *(sys.executable, "-m", "gunicorn", "bookkinda.wsgi"),
        *("--bind", f"fd://{listener.fileno()}"),
        *("--worker-class", "gthread"),
        *("--workers", str(settings.WEB_WORKERS), "--threads", str(settings.WEB_THREADS)),
        *("--timeout", "60", "--graceful-timeout", "25"),
        *(("--worker-tmp-dir", str(memory)) if memory.is_dir() else ()),
        *("--log-level", "warning", "--no-control-socket", "--preload"),
        *("--chdir", str(settings.BASE_DIR)),
    ]
    return Child("web server", command, files=[listener.fileno()])


def workers() -> list[Child]:
    """As many workers as WORKERS says."""
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "worker"]
    several = settings.WORKERS > 1
    return [
        Child(f"worker {number}" if several else "worker", command)
        for number in range(1, settings.WORKERS + 1)
    ]
