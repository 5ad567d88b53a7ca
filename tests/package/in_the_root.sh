#!/bin/sh
# Runs inside the booted Debian as its only task: the kiosk from set-up to purge. Prints `name value` lines, then PASSED.
# The screen is a virtual one, as there is no terminal in a container; everything else is as a clinic has it.
set -eu
export DEBIAN_FRONTEND=noninteractive

now() { date +%s%3N; }
within() { # seconds what command...
    limit=$(($(now) + $1 * 1000)); what=$2; shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$(now)" -lt $limit ] || { echo "FAILED $what"; tell_why; exit 1; }
        sleep 0.05
    done
}
tell_why() {
    systemctl status --no-pager 'uketsuke-*' || true
    journalctl --namespace=uketsuke --no-pager -n 60 || true
}
must() { what=$1; shift; "$@" || { echo "FAILED $what"; tell_why; exit 1; }; }
windows() { # how many of the desk's two windows are on the screen
    DISPLAY=:0 XAUTHORITY=/run/uketsuke-screen/Xauthority xdotool search --onlyvisible --class uketsuke 2>/dev/null | wc -l
}
both_windows() { [ "$(windows)" -ge 2 ]; }
some_window() { [ "$(windows)" -ge 1 ]; } # the opening one fills the screen, and says that reception opens in a moment
no_window() { [ "$(windows)" -eq 0 ]; }
desk() { systemctl show -P MainPID uketsuke-desk; }
entries() { uketsuke log verify /var/lib/uketsuke | head -1; }

back_after() { # what unit: kills what the unit runs; how long until a neutral window fills the screen, and until both are back
    old=$(systemctl show -P MainPID "$2")
    begun=$(now)
    kill -KILL "$old"
    within 60 "$1: the old windows go" no_window
    within 90 "$1: a neutral window" some_window
    echo "neutral_after_$1 $(($(now) - begun)) ms"
    within 90 "$1" both_windows
    echo "back_after_$1 $(($(now) - begun)) ms"
    sleep 1 # it may not fall over right away, either
    both_windows || { echo "FAILED $1: it did not stay"; tell_why; exit 1; }
}

# --- set-up: what an administrator does (in a root that was kept, once more)
rm -f /root/*.pem /root/*.jsonl /root/site.bundle /var/log/uketsuke-wiped-*.txt
mkdir -p /etc/systemd/system/uketsuke-screen.service.d
printf '[Service]\nTTYPath=\nTTYReset=no\nTTYVHangup=no\nTTYVTDisallocate=no\nStandardInput=null\n' \
    >/etc/systemd/system/uketsuke-screen.service.d/no-terminal.conf
sed -i 's/^UKETSUKE_X_SERVER=.*/UKETSUKE_X_SERVER="Xvfb -screen 0 1280x800x24 -nolisten tcp"/' /etc/uketsuke/screen.conf
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=desk -keyout /etc/uketsuke/desk.key -out /etc/uketsuke/desk.pem 2>/dev/null
chown uketsuke /etc/uketsuke/desk.key
cat >/etc/uketsuke/desk.toml <<'TOML'
[clinic]
name = "見本内科"
institution_code = "1310000009"
terminal = "trial-1"
[eligibility]
service = "https"
[eligibility.https]
url = "https://127.0.0.1:9"
ca_file = "/etc/uketsuke/desk.pem"
client_certificate = "/etc/uketsuke/desk.pem"
client_key = "/etc/uketsuke/desk.key"
[windows]
kiosk = true
TOML
must "config check" uketsuke config check /etc/uketsuke/desk.toml
must "keys init" uketsuke keys init --make-recovery /root/recovery.pem
must "an export, which is itself on record" uketsuke log export /var/lib/uketsuke --format jsonl --out /root/log.jsonl \
    --reason "a trial run" --recipient trial
systemctl daemon-reload

# --- the kiosk comes up, and comes back
begun=$(now)
must "desk starts" systemctl start uketsuke-desk
within 120 "the desk's windows" both_windows
echo "first_start $(($(now) - begun)) ms"
systemctl stop uketsuke-desk
begun=$(now)
systemctl start uketsuke-desk
within 120 "the desk's windows" both_windows
echo "warm_start $(($(now) - begun)) ms"
back_after a_crash_of_the_desk uketsuke-desk
back_after a_crash_of_the_screen uketsuke-screen
must "the desk runs as its own user" [ "$(stat -c %U "/proc/$(desk)")" = uketsuke ]

# --- the machine dies: a new one becomes the same desk from the site bundle (its own keys and certificate are put in place)
printf 'five words for the trial\nfive words for the trial\n' >/root/phrase
must "a site bundle" uketsuke config export --to /root/site.bundle --make-signer /root/signer.pem --passphrase-fd 0 </root/phrase >/root/exported
signer=$(sed -n 's/^Signed by: //p' /root/exported)
cp -p /etc/uketsuke/desk.pem /etc/uketsuke/desk.key /etc/uketsuke/screen.conf /root/
must "an empty machine" apt-get purge -y -qq uketsuke >/dev/null
rm -f /var/log/uketsuke-wiped-*.txt
begun=$(now)
must "install again" apt-get install -y -qq --no-install-recommends /root/old.deb >/dev/null
must "the bundle is taken" uketsuke config import --signed-by "$signer" --terminal trial-1 --passphrase-fd 0 /root/site.bundle </root/phrase >/dev/null
cp -p /root/desk.pem /root/screen.conf /etc/uketsuke/ && install -o uketsuke -m 600 /root/desk.key /etc/uketsuke/desk.key
must "new keys" uketsuke keys init --make-recovery /root/recovery2.pem >/dev/null
must "an export of the new log" uketsuke log export /var/lib/uketsuke --format jsonl --out /root/log2.jsonl --reason "a trial run" --recipient trial
systemctl daemon-reload
must "the desk starts on the new machine" systemctl start uketsuke-desk
within 120 "the new machine's windows" both_windows
echo "machine_rebuilt $(($(now) - begun)) ms"
must "the same settings" [ "$(uketsuke config check /etc/uketsuke/desk.toml | cut -d: -f2-)" = " trial-1 of 見本内科, nothing wrong" ]

# --- upgrade and back: the log stays, and what ran runs again
before=$(entries)
must "a log with entries" [ "${before#intact: 0 entries}" = "$before" ]
old=$(desk)
begun=$(now)
sed 's#https://updates.example/uketsuke#file:/srv/repository#' /usr/share/doc/uketsuke/examples/uketsuke.sources \
    >/etc/apt/sources.list.d/uketsuke.sources
cp /usr/share/doc/uketsuke/examples/uketsuke.pref /etc/apt/preferences.d/uketsuke
mkdir -p /etc/apt/keyrings && cp /srv/updates.gpg /etc/apt/keyrings/uketsuke.gpg
must "the repository is believed" apt-get update -qq -o Dir::Etc::sourcelist=/dev/null
must upgrade apt-get install -y -qq uketsuke >/dev/null
must "the newest version" [ "$(dpkg-query -W -f '${Version}' uketsuke)" = 999 ]
echo "upgrade $(($(now) - begun)) ms"
within 120 "the desk after the upgrade" both_windows
must "another process" [ "$(desk)" != "$old" ]
must "roll back" apt-get install -y -qq --allow-downgrades "uketsuke=$(dpkg-deb -f /root/old.deb Version)" >/dev/null
within 120 "the desk after the roll back" both_windows
must "a log that is intact" uketsuke log verify /var/lib/uketsuke
echo "log before: $before"
echo "log after: $(entries)"
must "repair from a stick" /usr/libexec/uketsuke/repair /root/stick >/dev/null
within 120 "the desk after the repair" both_windows
must "the same log" [ "$(entries | cut -d, -f1)" = "$(echo "$before" | cut -d, -f1)" ]
must "a log that is intact after the repair" uketsuke log verify /var/lib/uketsuke
echo x >>/root/stick/SHA256SUMS
if /usr/libexec/uketsuke/repair /root/stick >/dev/null 2>&1; then echo "FAILED a stick that was changed was taken"; exit 1; fi

# --- removal keeps the data, purging wipes it
must removal apt-get remove -y -qq uketsuke >/dev/null
must "no desk" [ ! -e /usr/bin/uketsuke ]
must "no desk runs" [ -z "$(find /proc -maxdepth 2 -name exe -lname '*/uketsuke/*' 2>/dev/null)" ]
must "data kept" [ -s /var/lib/uketsuke/journal.db ]
must purge apt-get purge -y -qq uketsuke >/dev/null
must "data wiped" [ ! -e /var/lib/uketsuke ]
must "settings wiped" [ ! -e /etc/uketsuke ]
must "a report" grep -q 'overwritten and deleted: /var/lib/uketsuke/journal.db' /var/log/uketsuke-wiped-*.txt
must "keys first" [ "$(grep -m1 -o '/var/lib/uketsuke/[^ ]*' /var/log/uketsuke-wiped-*.txt)" != /var/lib/uketsuke/journal.db ]
must "no user left" [ -z "$(getent passwd uketsuke uketsuke-gateway || true)" ]
echo PASSED
