"""The router agent: takes router tasks from the queue, configures the device, answers."""
