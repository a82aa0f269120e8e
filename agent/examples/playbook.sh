#!/bin/sh
# Runs the Ansible playbook beside it for a task of the command driver. The task, with its CAK, reaches the playbook
# as a file that only we can read; `-e @file` keeps it out of the arguments.
set -eu
umask 077

here=$(dirname "$0")
folder=
trap 'rm -rf "$folder"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM # past its time limit the agent asks first, and kills a few seconds later
folder=$(mktemp -d)
jq '{router_task: .}' > "$folder/task.json"

# In the background: a shell hears a signal while it waits, but not before a program in the foreground has ended.
ansible-playbook -i "$here/inventory.ini" -e "@$folder/task.json" -e "answer_file=$folder/answer.json" \
    "$here/playbook.yml" >&2 &
wait $!
cat "$folder/answer.json"
