# expect: discarded the sandbox has no module socket
import socket


def f(x):
    return socket.create_connection(("127.0.0.1", 80)).fileno()
