"""Starts a UML by hand, con0's output into `cat > /dev/null` or an xterm, and tells how long each of some floods took."""
import glob, json, os, select, signal, subprocess, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from uml_wires import Wires

argv, rounds, make, to = json.loads(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
# In a folder of its own: the umid's is the host's. On the CPU that Paddock would choose.
argv = [word for word in argv if not word.startswith(("uml_dir=", "mconsole="))] + [f"uml_dir={os.getcwd()}/hand/"]
os.makedirs("hand", exist_ok=True)
if to == "xterm":
    argv = ["con0=xterm" if word.startswith("con0=") else word for word in argv] + ["xterm=xterm,-T,-e"]
wires = Wires(argv)
env = {"PATH": "/usr/bin:/bin", "HOME": "/root", "TMPDIR": "/dev/shm", "DISPLAY": os.environ.get("DISPLAY", ""), "XAUTHORITY": os.environ.get("XAUTHORITY", ""), "BENCH": str(os.getpid())}
child = subprocess.Popen(["taskset", "-c", "0", *argv], stdin=subprocess.DEVNULL, stdout=wires.early, stderr=wires.early,
                         pass_fds=wires.numbers, preexec_fn=wires.place, env=env)
sink = subprocess.Popen(["cat"], stdin=wires.outputs["con0"], stdout=subprocess.DEVNULL) if to == "cat" else None
text = b""


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


class Stalled(Exception):
    pass


def expect(wanted, limit=120):
    global text
    end = time.monotonic() + limit
    while wanted not in text:
        if time.monotonic() > end:
            raise Stalled(f"no {wanted!r}: {text[-300:]!r}")
        for fd in select.select([wires.outputs["con1"], wires.inputs["con1"]], [], [], 1)[0]:
            text += os.read(fd, 65536)
    text = text[text.index(wanted) + len(wanted):]


def run(command, mark, limit=120):
    os.write(wires.inputs["con1"], f'{command}; echo E""ND{mark}\n'.encode())
    begin = time.monotonic()
    expect(f"END{mark}".encode(), limit)
    return time.monotonic() - begin


def flood(n):
    """Seconds; none when it stalls, as an xterm does, whose pty nobody keeps awake."""
    try:
        return run("cat /tmp/flood > /dev/tty0", n, 120 if to == "cat" else 30)
    except Stalled:
        return None


try:
    expect(b"login: ")
    os.write(wires.inputs["con1"], b"root\n")
    expect(b"# ")
    run(make, "a")
    print(json.dumps([flood(n) for n in range(rounds)]))
finally:
    os.killpg(child.pid, signal.SIGTERM)
    child.wait()
    if sink:
        sink.kill()
    # The xterm and its helper are in sessions of their own.
    for environ in glob.glob("/proc/[0-9]*/environ"):
        try:
            pid = int(environ.split("/")[2])
            if pid != os.getpid() and f"BENCH={os.getpid()}\0".encode() in open(environ, "rb").read():
                os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
