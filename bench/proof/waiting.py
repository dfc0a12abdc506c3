# drgn: tasks in uninterruptible sleep and the owners of what they wait for, with stacks and held locks.
from drgn import Object
from drgn.helpers.linux.pid import for_each_task
from drgn.helpers.linux.sched import task_state_to_char


def comm(task):
    return task.comm.string_().decode()


def called(frame):
    """The function of a frame, with the offset that a kernel log prints unless it is inlined."""
    if frame.is_inline:
        return frame.name
    try:
        return offset_of(frame.symbol(), frame.pc)
    except LookupError:
        return f"{frame.pc:#x}"


def offset_of(symbol, address):
    return f"{symbol.name}+{address - symbol.address:#x}/{symbol.size:#x}"


def placed(frame):
    try:
        return "({}:{}:{})".format(*frame.source())
    except LookupError:
        return ""


def awaited(trace):
    """The innermost mutex or rwsem among the arguments of a stack, and the task that owns it."""
    for frame in trace:
        for argument in ("lock", "sem"):
            try:
                lock = frame[argument]
                kind = {"mutex": "a mutex", "rw_semaphore": "an rw-semaphore"}[lock.type_.type.tag]
                owner = lock.owner.counter.value_()
            except Exception:  # no such argument, another type, or optimised out
                continue
            by_reader = kind != "a mutex" and owner & 1
            pointer = prog.type("struct task_struct *")
            return kind, None if by_reader or not owner & ~7 else Object(prog, pointer, owner & ~7)
    return None, None


def show(task):
    try:
        trace = prog.stack_trace(task)
    except ValueError:  # it runs
        return None
    print(f"PID: {task.pid.value_()} COMMAND: {comm(task)}")
    for i, frame in enumerate(trace):
        print(f"#{i} {called(frame)} {placed(frame)}")
    print()
    kind, owner = awaited(trace)
    if owner:
        print(f"INFO: task {comm(task)}:{task.pid.value_()} is blocked on {kind}", end=" ")
        print(f"likely owned by task {comm(owner)}:{owner.pid.value_()}.\n")
    if hasattr(task, "held_locks") and task.lockdep_depth:
        print(f"{task.lockdep_depth.value_()} locks held by {comm(task)}/{task.pid.value_()}:")
        for i in range(task.lockdep_depth):
            held = task.held_locks[i]
            name = prog["lock_classes"][held.class_idx].name.string_().decode()
            at = offset_of(prog.symbol(held.acquire_ip), held.acquire_ip.value_())
            print(f" #{i}: {held.instance.value_():x} ({name}){{....}}, at: {at}")
        print()
    return owner


seen = set()
for task in for_each_task(prog):
    wanted = task if task_state_to_char(task) == "D" else None
    while wanted and wanted.value_() not in seen:
        seen.add(wanted.value_())
        wanted = show(wanted)
