#!/bin/sh
# A program for the command driver: the task comes as JSON on stdin, the answer goes as JSON to stdout, complaints to
# stderr. Needs jq. It only shows the frame: put your router's own commands where it says so.
set -eu
router=${DXMACSEC_ROUTER:-/usr/local/lib/dxmacsec/router} # your own program that speaks to the router

# With the CAK, for `install`: never an argument, never the environment, and never a file, which a kill would leave.
task=$(cat)
told() { printf '%s' "$task"; } # built into the shell: no process has it as its argument
field() { told | jq -r "$1"; }

case "$(field .task)" in
install) # Add .ckn with .cak to the key chain, not preferred. It may be there already. The task comes on stdin.
    told | "$router" install >&2 ;;
prove) # Prefer .ckn, and wait until the session moved.
    "$router" prefer "$(field .ckn)" >&2 ;;
confirm) ;; # Change nothing.
remove) # Take .old_ckns off; never the one in use. They may be gone already.
    for ckn in $(field '.old_ckns[]'); do "$router" remove "$ckn" >&2; done ;;
esac

# The CKN in use on every port, read from the device, null where there is none.
for port in $(field '.ports[]'); do
    used=$("$router" in-use "$port")
    jq -n --arg port "$port" --arg used "$used" '{($port): (if $used == "" then null else $used end)}'
done | jq -s '{ports: add}'
