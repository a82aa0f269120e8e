"""The driver for any program: a script, an Ansible playbook, whatever configures the router."""
