"""Starts a UML by hand: the argv given, its consoles on descriptors of its own, and tells how long the login prompt took."""
import os, select, signal, subprocess, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from uml_wires import Wires

argv = sys.argv[1:]
wires = Wires(argv)
begin = time.monotonic()
child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=wires.early, stderr=wires.early,
                         pass_fds=wires.numbers, preexec_fn=wires.place, env={"PATH": "/usr/bin:/bin", "HOME": "/root", "LD_PRELOAD": os.environ.get("LD_PRELOAD", "")})
text = b""
ends = set(wires.inputs.values()) | set(wires.outputs.values())
while b"login: " not in text and time.monotonic() - begin < 60:
    for end in select.select(ends, [], [], 1)[0]:
        data = os.read(end, 65536)
        if end == wires.outputs["con0"]:
            text += data
took = time.monotonic() - begin
os.killpg(child.pid, signal.SIGTERM)
child.wait()
if b"login: " not in text:
    sys.exit("no login prompt")
print(took * 1000)
