#!/bin/sh
# PID 1 of the guest: mounts, udev, then the command that lies in the shared folder, and power off. Its exit code is left in the shared folder.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2>/dev/null
mkdir -p /dev/pts /dev/shm /share
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=1777 tmpfs /tmp
mount -t tmpfs -o mode=755 tmpfs /run
ln -sf /proc/self/fd /dev/fd; ln -sf fd/0 /dev/stdin; ln -sf fd/1 /dev/stdout; ln -sf fd/2 /dev/stderr
hostname guest
ip link set lo up
/lib/systemd/systemd-udevd --daemon --resolve-names=never >/dev/null 2>&1
udevadm trigger --action=add
udevadm settle -t 10
# The folder's name came on the kernel's command line.
mount -t hostfs none /share -o "$(sed 's/.* share=\([^ ]*\).*/\1/' /proc/cmdline)"
exec </dev/null
cd /share && setsid sh ./command
echo $? > /share/exit-code
sync
poweroff -f
while :; do sleep 1000; done
