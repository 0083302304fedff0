"""The fault suite: processes, brokers and disks fail under load, and nothing may be lost or changed by it."""
