/*
 * Runs a command on the cores that it is given and measures its whole process tree.
 *
 *   meter CORES EVERY_MS OUT COMMAND [ARGUMENT…]
 *
 * CORES are those of the command, as in `1` or `2,3`; the meter itself stays off them where there is another. Every EVERY_MS a line is added to
 * OUT, a CSV: at_ns (CLOCK_MONOTONIC), cpu_ns of the tree so far, rss_bytes of the tree now, processes. The first line is
 * the moment before the command was started, with zeros; the last has the kernel's own account of everything that ran,
 * also of those that ended between two lines, and no memory. The exit code is the command's.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef int64_t i64;

static i64 now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static i64 ns_of(struct timeval t) { return t.tv_sec * 1000000000LL + t.tv_usec * 1000LL; }

/* CPU of children that this process has waited for. */
static i64 ended_children_ns(void) {
  struct rusage ru;
  getrusage(RUSAGE_CHILDREN, &ru);
  return ns_of(ru.ru_utime) + ns_of(ru.ru_stime);
}

static i64 cpu_ns, rss_bytes;
static int processes;

/* One living process: its own clock to the nanosecond, and by ticks the children that it waited for. */
static void add_process(int pid) {
  clockid_t clock;
  struct timespec t;
  char path[64], text[1024];
  if (clock_getcpuclockid(pid, &clock) || clock_gettime(clock, &t)) return; /* it has just ended */
  cpu_ns += t.tv_sec * 1000000000LL + t.tv_nsec;
  processes++;

  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *f = fopen(path, "r");
  if (!f) return;
  size_t n = fread(text, 1, sizeof text - 1, f);
  fclose(f);
  text[n] = 0;
  char *after_name = strrchr(text, ')'); /* the name may hold spaces */
  long user = 0, system = 0, rss_pages = 0;
  /* Fields 3 to 24 of proc(5): cutime is 16, cstime 17, rss 24. */
  if (after_name)
    sscanf(after_name + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %ld %ld %*d %*d %*d %*d %*u %*u %ld", &user,
           &system, &rss_pages);
  cpu_ns += (user + system) * (1000000000LL / sysconf(_SC_CLK_TCK));
  rss_bytes += (i64)rss_pages * sysconf(_SC_PAGESIZE);
}

static void add_children(int pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  if (!tasks) return;
  /* A child belongs to the thread that made it. */
  for (struct dirent *task; (task = readdir(tasks));) {
    char children[400];
    if (task->d_name[0] == '.') continue;
    snprintf(children, sizeof children, "/proc/%d/task/%s/children", pid, task->d_name);
    FILE *f = fopen(children, "r");
    if (!f) continue;
    for (int child; fscanf(f, "%d", &child) == 1;) {
      add_process(child);
      add_children(child);
    }
    fclose(f);
  }
  closedir(tasks);
}

static int command_pid;
static volatile i64 told_to_end_ns;
#define PATIENCE_NS 10000000000LL

static void end_command(int signal) {
  kill(-command_pid, signal);
  told_to_end_ns = now();
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "usage: meter CORES EVERY_MS OUT COMMAND [ARGUMENT...]\n");
    return 2;
  }
  cpu_set_t cores;
  CPU_ZERO(&cores);
  for (char *text = argv[1]; *text;) {
    CPU_SET(strtol(text, &text, 10), &cores);
    if (*text && *text++ != ',') {
      fprintf(stderr, "meter: CORES are numbers with commas, not %s\n", argv[1]);
      return 2;
    }
  }
  long every_ms = atol(argv[2]);
  FILE *out = fopen(argv[3], "w");
  if (!out) {
    perror("meter: OUT");
    return 2;
  }
  fprintf(out, "at_ns,cpu_ns,rss_bytes,processes\n%ld,0,0,0\n", now());
  fflush(out); /* else the child would have it in its buffer too */
  /* Processes whose parent has ended come to the meter, so that none escapes the account. */
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  prctl(PR_SET_PDEATHSIG, SIGTERM);

  command_pid = fork();
  if (command_pid == 0) {
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sched_setaffinity(0, sizeof cores, &cores);
    execvp(argv[4], argv + 4);
    perror("meter: COMMAND");
    _exit(127);
  }
  setpgid(command_pid, command_pid);
  struct sigaction action = {.sa_handler = end_command};
  sigaction(SIGTERM, &action, 0);
  sigaction(SIGINT, &action, 0);
  cpu_set_t allowed, others;
  sched_getaffinity(0, sizeof allowed, &allowed);
  CPU_ZERO(&others);
  for (int core = 0; core < CPU_SETSIZE; core++)
    if (CPU_ISSET(core, &allowed) && !CPU_ISSET(core, &cores)) CPU_SET(core, &others);
  if (CPU_COUNT(&others) > 0) sched_setaffinity(0, sizeof others, &others);

  int code = 0, ended = 0;
  while (!ended) {
    struct timespec pause = {every_ms / 1000, every_ms % 1000 * 1000000};
    nanosleep(&pause, 0);
    int status, pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
      if (pid != command_pid) continue;
      ended = 1;
      code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    if (ended) break;
    if (told_to_end_ns && now() - told_to_end_ns > PATIENCE_NS) kill(-command_pid, SIGKILL);
    processes = 0;
    rss_bytes = 0;
    cpu_ns = ended_children_ns();
    add_children(getpid());
    fprintf(out, "%ld,%ld,%ld,%d\n", now(), cpu_ns, rss_bytes, processes);
  }
  /* What the command left behind is ended, and counted. */
  i64 at = now();
  kill(-command_pid, SIGKILL);
  for (int tries = 0; tries < 50; tries++) {
    int pid;
    while ((pid = waitpid(-1, 0, WNOHANG)) > 0) {
    }
    if (pid < 0 && errno == ECHILD) break;
    struct timespec pause = {0, 20000000};
    nanosleep(&pause, 0);
  }
  fprintf(out, "%ld,%ld,0,0\n", at, ended_children_ns());
  fclose(out);
  return code;
}
