"""The descriptors that a UML command line names: ptys, pipes and socket pairs of the caller's own."""
import fcntl, os, pty, re, socket


class Wires:
    """`inputs` and `outputs`: for each console on descriptors, the one to type into and the one to read."""

    def __init__(self, argv):
        self.inputs, self.outputs, self.theirs, self.sockets = {}, {}, {}, []
        for word in argv:
            match = re.fullmatch(r"(con|ssl)(\d+)=fd:(\d+),fd:(\d+)", word)
            if not match:
                continue
            line, read, write = match[1] + match[2], int(match[3]), int(match[4])
            if match[1] == "ssl":
                ours, their = socket.socketpair()
                self.sockets.append(ours)
                self.theirs[read] = their.detach()
                continue
            self.inputs[line], self.theirs[read] = pty.openpty()
            self.outputs[line] = self.inputs[line]
            if write != read:
                self.outputs[line], self.theirs[write] = os.pipe()
        self.early = next(iter(self.theirs.values()))

    @property
    def numbers(self):
        return tuple(self.theirs)

    def place(self):
        """In the child: puts each where the command line says. Away first: one may be in another's place."""
        away = {there: fcntl.fcntl(fd, fcntl.F_DUPFD, 300) for there, fd in self.theirs.items()}
        for there, fd in away.items():
            os.dup2(fd, there)
        os.setsid()

    def started(self):
        for fd in self.theirs.values():
            os.close(fd)
