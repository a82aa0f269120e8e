#!/bin/sh
# Runs the Ansible playbook beside it for a task of the command driver. The task, with its CAK, reaches the playbook
# as a file that only we can read; `-e @file` keeps it out of the arguments.
set -eu
umask 077

here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
jq '{router_task: .}' > "$folder/task.json"

ansible-playbook -i "$here/inventory.ini" -e "@$folder/task.json" -e "answer_file=$folder/answer.json" \
    "$here/playbook.yml" >&2
cat "$folder/answer.json"
