"""The system calls that the filter knows, by name, with their numbers on x86_64 and aarch64 (`-`: there is none).

Numbers are those of Linux's `asm/unistd_64.h` and `asm-generic/unistd.h`; they never change. What is in no table fails
with ENOSYS, as on an older kernel, so that the C library falls back to a call that is.
"""

from __future__ import annotations


def _table(text: str) -> dict[str, dict[str, int]]:
    """`name:x86_64:aarch64 …` as {architecture: {name: number}}."""
    rows = [row.split(":") for row in text.split()]
    return {
        machine: {row[0]: int(row[column]) for row in rows if row[column] != "-"}
        for column, machine in ((1, "x86_64"), (2, "aarch64"))
    }


# what a Python interpreter with files, pipes and clocks of its own needs
ALLOWED = _table(
    """
    access:21:- alarm:37:- arch_prctl:158:- brk:12:214 chdir:80:49 chmod:90:- clock_getres:229:114
    clock_gettime:228:113 clock_nanosleep:230:115 close:3:57 close_range:436:436 copy_file_range:326:285 creat:85:-
    dup:32:23 dup2:33:- dup3:292:24 epoll_create1:291:20 epoll_ctl:233:21 epoll_pwait:281:22 epoll_wait:232:-
    eventfd2:290:19 execve:59:221 exit:60:93 exit_group:231:94 faccessat:269:48 faccessat2:439:439 fadvise64:221:223
    fallocate:285:47 fchdir:81:50 fchmod:91:52 fchmodat:268:53 fdatasync:75:83 fgetxattr:193:10 flistxattr:196:13
    flock:73:32 fstat:5:80 fstatfs:138:44 fsync:74:82 ftruncate:77:46 futex:202:98 futimesat:261:-
    get_robust_list:274:100 getcpu:309:168 getcwd:79:17 getdents:78:- getdents64:217:61 getegid:108:177
    geteuid:107:175 getgid:104:176 getgroups:115:158 getitimer:36:102 getpgid:121:155 getpgrp:111:- getpid:39:172
    getppid:110:173 getrandom:318:278 getresgid:120:150 getresuid:118:148 getrlimit:97:163 getrusage:98:165
    getsid:124:156 getsockopt:55:209 gettid:186:178 gettimeofday:96:169 getuid:102:174 getxattr:191:8
    lgetxattr:192:9 link:86:- linkat:265:37 listxattr:194:11 llistxattr:195:12 lseek:8:62 lstat:6:- madvise:28:233
    membarrier:324:283 mincore:27:232 mkdir:83:- mkdirat:258:34 mmap:9:222 mprotect:10:226 mremap:25:216
    msync:26:227 munmap:11:215 nanosleep:35:101 newfstatat:262:79 open:2:- openat:257:56 openat2:437:437 pause:34:-
    pipe:22:- pipe2:293:59 poll:7:- ppoll:271:73 pread64:17:67 pselect6:270:72 pwrite64:18:68 read:0:63
    readlink:89:- readlinkat:267:78 readv:19:65 recvfrom:45:207 rename:82:- renameat:264:38 renameat2:316:276
    restart_syscall:219:128 rmdir:84:- rseq:334:293 rt_sigaction:13:134 rt_sigpending:127:136 rt_sigprocmask:14:135
    rt_sigreturn:15:139 rt_sigsuspend:130:133 rt_sigtimedwait:128:137 sched_get_priority_max:146:125
    sched_get_priority_min:147:126 sched_getaffinity:204:123 sched_getparam:143:121 sched_getscheduler:145:120
    sched_yield:24:124 select:23:- sendfile:40:71 sendto:44:206 set_robust_list:273:99 set_tid_address:218:96
    setitimer:38:103 setrlimit:160:164 setsid:112:157 shutdown:48:210 sigaltstack:131:132 stat:4:- statfs:137:43
    statx:332:291 symlink:88:- symlinkat:266:36 sysinfo:99:179 time:201:- times:100:153 truncate:76:45 umask:95:166
    uname:63:160 unlink:87:- unlinkat:263:35 utime:132:- utimensat:280:88 utimes:235:- wait4:61:260 waitid:247:95
    write:1:64 writev:20:66
    """
)
# what only an attack asks for: the process is killed, and the verdict is "blocked"
KILLED = _table(
    """
    accept:43:202 accept4:288:242 acct:163:89 add_key:248:217 adjtimex:159:171 bind:49:200 bpf:321:280 capset:126:91
    chroot:161:51 clock_adjtime:305:266 clock_settime:227:112 connect:42:203 delete_module:176:106 execveat:322:281
    fanotify_init:300:262 finit_module:313:273 fsconfig:431:431 fsmount:432:432 fsopen:430:430 fspick:433:433
    init_module:175:105 io_setup:206:0 io_uring_enter:426:426 io_uring_register:427:427 io_uring_setup:425:425
    ioperm:173:- iopl:172:- kcmp:312:272 kexec_file_load:320:294 kexec_load:246:104 keyctl:250:219 listen:50:201
    memfd_create:319:279 memfd_secret:447:447 mknod:133:- mknodat:259:33 modify_ldt:154:- mount:165:40
    mount_setattr:442:442 move_mount:429:429 mq_getsetattr:245:185 mq_notify:244:184 mq_open:240:180
    mq_timedreceive:243:183 mq_timedsend:242:182 mq_unlink:241:181 msgctl:71:187 msgget:68:186 msgrcv:70:188
    msgsnd:69:189 name_to_handle_at:303:264 open_by_handle_at:304:265 open_tree:428:428 perf_event_open:298:241
    personality:135:92 pidfd_getfd:438:438 pidfd_send_signal:424:424 pivot_root:155:41 process_madvise:440:440
    process_vm_readv:310:270 process_vm_writev:311:271 ptrace:101:117 quotactl:179:60 reboot:169:142
    request_key:249:218 rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240 semctl:66:191 semget:64:190 semop:65:193
    semtimedop:220:192 setdomainname:171:162 setfsgid:123:152 setfsuid:122:151 setgid:106:144 sethostname:170:161
    setns:308:268 setregid:114:143 setreuid:113:145 settimeofday:164:170 setuid:105:146 shmat:30:196 shmctl:31:195
    shmdt:67:197 shmget:29:194 socket:41:198 splice:275:76 swapoff:168:225 swapon:167:224 tee:276:77 tkill:200:130
    umount2:166:39 unshare:272:97 userfaultfd:323:282 vhangup:153:58 vmsplice:278:75
    """
)
# what depends on its arguments or on the limits: `seccomp.py` says how
CONDITIONAL = _table(
    """
    clone:56:220 fork:57:- vfork:58:- fcntl:72:25 ioctl:16:29 kill:62:129 prctl:157:167 prlimit64:302:261
    setgroups:116:159 setresgid:119:149 setresuid:117:147 socketpair:53:199 tgkill:234:131
    """
)
# what shutil expects to be refused with ENOTSUP
UNSUPPORTED = _table(
    """
    fsetxattr:190:7 lsetxattr:189:6 removexattr:197:14 setxattr:188:5
    """
)
