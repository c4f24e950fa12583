import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ImageLab } from './image-lab.js';

const odd = 'a "b" \'c\' $(d) <2>\nx/1/100644/0/0/';
/** A file's name with all that a parser or a shell could stumble over. */
export const oddName = odd.replaceAll('/', '|');

/** The same tree on an ext4, an xfs, a btrfs and in a partition; one with dpkg, and one whose /etc is a link. */
export function fillWithContents(one: ImageLab): void {
  const tree = one.path('tree');
  mkdirSync(join(tree, 'etc/deep'), { recursive: true });
  mkdirSync(join(tree, 'sbin'));
  mkdirSync(join(tree, 'names'));
  writeFileSync(join(tree, 'names', oddName), 'odd');
  writeFileSync(join(tree, 'names/é ü'), 'é');
  writeFileSync(join(tree, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nbin:x:1:1::/:/bin/false\n');
  writeFileSync(join(tree, 'etc/shadow'), 'root:*:1:0:99999:7:::\nbin:*:1:0:99999:7:::\n');
  writeFileSync(join(tree, 'etc/hosts'), '127.0.0.1 localhost\n127.0.1.1\told\n');
  writeFileSync(join(tree, 'etc/hostname'), 'old\n');
  writeFileSync(join(tree, 'etc/deep/gone'), 'x');
  one.sh(`cd tree; chmod 640 etc/shadow; chown 0:42 etc/shadow; echo init > sbin/init; head -c 3000001 /dev/urandom > big
    ln -s /etc/hostname names/link; ln -s ../../../../../../etc/passwd names/up; ln -s loop names/loop
    ln -s /${'long/'.repeat(40)}end names/far; ln -s /names folder`);
  one.sh(`mke2fs -q -F -t ext4 -b 4096 -d tree ext 32M
    truncate -s 320M x; mkfs.xfs -q -f -s size=4096 x; mkdir m; mount -o loop x m; cp -a tree/. m/; umount m
    truncate -s 160M b; mkfs.btrfs -q -f --rootdir tree b
    truncate -s 60M gpt; printf 'label: gpt\\nstart=2048,size=20480\\nstart=22528\\n' | sfdisk -q gpt
    dd if=ext of=gpt bs=512 seek=22528 conv=notrunc,sparse status=none
    mkdir -p links outside; ln -s ${one.path('outside')} links/etc; echo 1 > links/x; mke2fs -q -F -t ext4 -b 4096 -d links links.img 16M; mv links.img links-img`);
  one.sh(`mkdir -p dpkg/var/lib/dpkg/info dpkg/var/lib/dpkg/updates dpkg/etc dpkg/usr/bin dpkg/usr/sbin dpkg/usr/lib dpkg/tmp dpkg/root; cd dpkg
    for d in bin sbin lib lib64; do [ ! -L /$d ] || ln -s usr/$d $d; done; mkdir -p usr/lib64
    for p in dpkg dpkg-deb dpkg-query dpkg-split tar sh rm diff ldconfig start-stop-daemon mount cat mkdir ls mknod touch chroot id; do
      f=$(PATH=/usr/bin:/usr/sbin:/bin:/sbin command -v $p); cp -L $f usr/bin/$p; chmod 755 usr/bin/$p
      ldd $f 2>/dev/null | grep -o '/[^ ]*' | while read l; do mkdir -p .$(dirname $l); cp -Ln $l .$l; done
    done
    printf 'root:x:0:0::/root:/bin/sh\\n' > etc/passwd; printf 'root:x:0:\\n' > etc/group; : > var/lib/dpkg/status; : > var/lib/dpkg/available
    cd ..; mke2fs -q -F -t ext4 -b 4096 -d dpkg with-dpkg 64M
    mkdir -p deb/DEBIAN deb/opt; echo 42 > deb/opt/answer
    printf 'Package: answer\\nVersion: 1\\nArchitecture: all\\nMaintainer: me <a@b.c>\\nDescription: x\\n' > deb/DEBIAN/control
    cat > deb/DEBIAN/postinst <<'END'
#!/bin/sh
id > /ran
mount -t hostfs none /root 2> /dev/null && touch /root${one.path('outside')}/mounted
mknod /raw b 98 16 2> /dev/null && touch /made-device
mkdir /tmp/hole; chroot /tmp/hole /bin/ls 2>/dev/null
cat ${one.path('outside')}/secret /proc/1/root/${one.path('outside')}/secret > /seen 2>/dev/null
exit 0
END
    chmod 755 deb/DEBIAN/postinst; dpkg-deb --root-owner-group -b deb answer.deb > /dev/null; echo secret > outside/secret; chmod 777 outside`);
  for (const name of ['ext', 'x', 'b', 'gpt']) one.add(name, { rootPartition: null });
  one.sh('mv links-img linked; mv with-dpkg debian');
  one.add('linked');
  one.add('debian');
  writeFileSync(one.path('new, file'), 'new\n');
  chmodSync(one.path('new, file'), 0o754);
}
