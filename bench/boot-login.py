"""Boots a disk with a plain command line and tells how long it took until any of its first two consoles asked for a login."""
import os, pty, select, signal, subprocess, sys, time

disk = sys.argv[1]
masters, slaves = zip(pty.openpty(), pty.openpty())
argv = ["taskset", "-c", "0", "linux.uml", f"umid=bench-{os.getpid()}", "mem=256M", f"ubd0={disk}", "root=/dev/ubda", "rw",
        "con=null", *(f"con{n}=fd:{slave},fd:{slave}" for n, slave in enumerate(slaves))]
begin = time.monotonic()
child = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=slaves[0], stderr=slaves[0], pass_fds=slaves,
                         start_new_session=True)
said = {master: b"" for master in masters}
took = None
while took is None and time.monotonic() - begin < 120:
    for master in select.select(masters, [], [], 1)[0]:
        said[master] += os.read(master, 65536)
        if b"login: " in said[master]:
            took = time.monotonic() - begin
os.killpg(child.pid, signal.SIGKILL)
child.wait()
subprocess.run(["pkill", "-KILL", "-f", f"umid=bench-{os.getpid()} "])
if took is None:
    sys.exit("no login prompt")
print(took)
