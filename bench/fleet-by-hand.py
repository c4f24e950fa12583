"""Starts many UMLs at once, as a shell loop would: argv lists from a JSON file, consoles on descriptors of its own. Tells how long it took until all had their login prompt."""
import json, os, selectors, signal, subprocess, sys, time
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from uml_wires import Wires

fleet = json.load(open(sys.argv[1]))
watch = selectors.DefaultSelector()
children = []
kept = []
waiting = set()
texts = {}

begin = time.monotonic()
for number, argv in enumerate(fleet):
    wires = Wires(argv)
    children.append(subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=wires.early, stderr=wires.early,
                                     pass_fds=wires.numbers, preexec_fn=wires.place,
                                     env={"PATH": "/usr/bin:/bin", "HOME": "/root", "TMPDIR": "/dev/shm",
                                          "LD_PRELOAD": os.environ.get("LD_PRELOAD", "")}))
    wires.started()
    kept.append(wires)
    for end in set(wires.inputs.values()) | set(wires.outputs.values()):
        watch.register(end, selectors.EVENT_READ, number if end == wires.outputs["con0"] else None)
    waiting.add(number)
    texts[number] = b""
while waiting and time.monotonic() - begin < 180:
    for key, _ in watch.select(1):
        try:
            data = os.read(key.fd, 65536)
        except OSError:
            watch.unregister(key.fd)
            continue
        if key.data is not None:
            texts[key.data] = (texts[key.data] + data)[-4096:]
            if b"login: " in texts[key.data]:
                waiting.discard(key.data)
took = time.monotonic() - begin
for child in children:
    os.killpg(child.pid, signal.SIGTERM)
for child in children:
    try:
        child.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
if waiting:
    sys.exit(f"{len(waiting)} of {len(fleet)} without a login prompt")
print(took * 1000)
