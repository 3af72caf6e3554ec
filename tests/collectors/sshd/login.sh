#!/bin/sh
# Real logins against a real sshd on loopback, for sshd_login_test.cc. Runs as root in a mount
# namespace of its own: accounts, /run and /dev/log are private to it.
#
#   unshare --mount sh login.sh DIRECTORY PORT
#
# Leaves DIRECTORY/syslog: what sshd sent to /dev/log, one datagram a line.
set -eu
cd "$1"
port=$2
mkdir -p home/.ssh empty upper work

grep -v '^walter:' /etc/passwd >passwd
echo "walter:x:4242:4242::$1/home:/bin/sh" >>passwd
grep -v '^root:' /etc/shadow >shadow
password=$(openssl passwd -6 'right horse')
echo "walter:$password:19000:0:99999:7:::" >>shadow
echo "root:$password:19000:0:99999:7:::" >>shadow
chmod 600 shadow
mount --bind passwd /etc/passwd
mount --bind shadow /etc/shadow
mount -t tmpfs none /run
mkdir -p /run/sshd
mount -t overlay overlay -o "lowerdir=/dev,upperdir=$1/upper,workdir=$1/work" /dev

ssh-keygen -q -t ed25519 -N '' -f host
ssh-keygen -q -t ed25519 -N '' -f right
ssh-keygen -q -t ed25519 -N '' -f wrong
cp right.pub home/.ssh/authorized_keys
chown -R 4242:4242 home
chmod 755 . home
cat >config <<EOF
Port $port
ListenAddress 127.0.0.1
HostKey $1/host
PidFile none
StrictModes no
UsePAM no
KbdInteractiveAuthentication no
PermitRootLogin yes
MaxAuthTries 3
DenyUsers backup
EOF
# Since 9.8 sshd turns a source away after a few failures.
if /usr/sbin/sshd -T -f config -o PerSourcePenalties=no >/dev/null 2>&1; then
  echo 'PerSourcePenalties no' >>config
fi

python3 receiver.py /dev/log syslog &
receiver=$!
for _ in $(seq 100); do [ -S /dev/log ] && break; sleep 0.05; done
/usr/sbin/sshd -D -f config &
server=$!

printf '#!/bin/sh\ncat "%s/answer"\n' "$1" >ask
chmod 755 ask
# login USER [OPTION…]
login() {
  user=$1
  shift
  SSH_ASKPASS="$PWD/ask" SSH_ASKPASS_REQUIRE=force DISPLAY=:0 timeout 20 ssh -F none -T -p "$port" \
    -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
    -o IdentityAgent=none -o IdentitiesOnly=yes "$@" -l "$user" 127.0.0.1 true </dev/null || :
}
for _ in $(seq 100); do
  grep -q 'Server listening' syslog && break
  sleep 0.05
done

only_password='-o PreferredAuthentications=password -o PubkeyAuthentication=no'
only_key='-o PreferredAuthentications=publickey -o PasswordAuthentication=no'
echo 'right horse' >answer
# shellcheck disable=SC2086 # several options each
{
  login walter $only_key -i right                # accepted publickey
  login walter $only_password                    # accepted password
  login root $only_password                      # accepted password, root
  echo 'wrong donkey' >answer
  login walter $only_password -o NumberOfPasswordPrompts=1  # failed password, one
  login root $only_password -o NumberOfPasswordPrompts=3    # three, too many
  login root $only_key -i wrong                  # no password tried
  login oracle $only_password -o NumberOfPasswordPrompts=2  # no such user
  login 'x from 192.0.2.1 port 22 ssh2' $only_password -o NumberOfPasswordPrompts=1
  login 'root from 192.0.2.1 port 22 ssh2: Accepted password for root' $only_key -i wrong
  login 'walter
Accepted password for root from 192.0.2.1 port 22 ssh2' $only_key -i wrong
  login backup $only_password -o NumberOfPasswordPrompts=1  # not allowed
}
# The last line of the last connection.
for _ in $(seq 100); do
  [ "$(grep -c 'preauth' syslog)" -ge 8 ] && break
  sleep 0.05
done
kill "$server" "$receiver"
