/*
 * The floor: the least that a client can cost. One thread, epoll, plain sockets, a splitter for chunked HTTP and SSE,
 * and a time stamp for each event.
 *
 *   cclient PORT STREAMS REQUESTS TOKENS chat|comp OUT [RATE SEED]
 *
 * Without RATE it keeps STREAMS requests open. With RATE (a second) requests are sent on an absolute Poisson schedule,
 * each on an idle one of STREAMS connections; where none is idle it waits for one, and the row shows it.
 *
 * OUT gets a line of CSV for each request, times CLOCK_MONOTONIC in nanoseconds:
 *   tag (the N of the prompt's first word `rN`), scheduled (0 in a closed loop), sent, first, last, tokens, usage (the
 *   server's count), shared (tokens that came in the read of the one before)
 * It knows just enough HTTP for mock.c, and gives up where the server answers anything else.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <math.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef int64_t i64;

static i64 now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void die(const char *what) {
  fprintf(stderr, "cclient: %s\n", what);
  exit(1);
}

typedef enum { HEAD, SIZE_LINE, DATA, AFTER_DATA, AFTER_LAST } State;

typedef struct {
  int fd, request; /* -1: idle */
  State state;
  int events, head_len, carry_len;
  i64 left; /* of the HTTP chunk */
  char carry[4096]; /* an event whose end has not come yet */
  char head[1024];
} Connection;

static int requests, tokens, chat, issued, finished, open_loop;
static char request_bytes[8192];
static int request_len, tag_at;
static i64 *stamps;   /* [request][event], tokens + 2 for each request: a role and one to spare */
static i64 *sent_at, *due_at;
static int *event_count, *usage_tokens;

static void start(Connection *c) {
  if (issued >= requests) {
    c->request = -1;
    return;
  }
  c->request = issued++;
  c->state = HEAD;
  c->events = c->head_len = c->carry_len = 0;
  char tag[16];
  sprintf(tag, "%06d", c->request);
  memcpy(request_bytes + tag_at, tag, 6);
  sent_at[c->request] = now();
  if (write(c->fd, request_bytes, request_len) != request_len) die("a request was not written at once");
}

/* One SSE event, without its blank line. JSON is looked into only where it can say something new. */
static void on_sse_event(Connection *c, const char *p, int n, i64 t) {
  if (n < 7 || memcmp(p, "data: ", 6) || p[6] == '[') return;
  int r = c->request;
  char *usage = c->events >= tokens ? memmem(p, n, "\"usage\":{", 9) : 0;
  c->events++;
  if (usage) {
    char *count = memmem(usage, n - (usage - p), "\"completion_tokens\":", 20);
    if (count) usage_tokens[r] = atoi(count + 20);
    return;
  }
  if (event_count[r] < tokens + 1) stamps[(i64)r * (tokens + 2) + event_count[r]++] = t;
}

static void on_data(Connection *c, const char *p, int n, i64 t) {
  while (n > 0) {
    char *end = memmem(p, n, "\n\n", 2);
    if (!c->carry_len) {
      if (!end) {
        if (n > (int)sizeof c->carry) die("an event is longer than 4096 bytes");
        memcpy(c->carry, p, n);
        c->carry_len = n;
        return;
      }
      on_sse_event(c, p, end - p, t);
      n -= end + 2 - p;
      p = end + 2;
      continue;
    }
    if (c->carry[c->carry_len - 1] == '\n' && p[0] == '\n') { /* the blank line itself was split */
      on_sse_event(c, c->carry, c->carry_len - 1, t);
      c->carry_len = 0;
      p++;
      n--;
      continue;
    }
    int taken = end ? end + 2 - p : n;
    if (c->carry_len + taken > (int)sizeof c->carry) die("an event is longer than 4096 bytes");
    memcpy(c->carry + c->carry_len, p, taken);
    c->carry_len += taken;
    p += taken;
    n -= taken;
    if (end) {
      on_sse_event(c, c->carry, c->carry_len - 2, t);
      c->carry_len = 0;
    }
  }
}

/* 1 where the answer ended. */
static int on_bytes(Connection *c, const char *p, int n, i64 t) {
  while (n > 0) {
    if (c->state == DATA) {
      int taken = n < c->left ? n : c->left;
      on_data(c, p, taken, t);
      p += taken;
      n -= taken;
      c->left -= taken;
      if (!c->left) c->state = AFTER_DATA;
      continue;
    }
    char byte = *p++;
    n--;
    switch (c->state) {
      case HEAD:
        if (c->head_len == (int)sizeof c->head) die("an answer's head is longer than 1024 bytes");
        c->head[c->head_len++] = byte;
        if (c->head_len >= 4 && !memcmp(c->head + c->head_len - 4, "\r\n\r\n", 4)) {
          if (memcmp(c->head + 9, "200", 3)) die("an answer is not 200");
          c->state = SIZE_LINE;
          c->left = 0;
        }
        break;
      case SIZE_LINE:
        if (byte == '\n') c->state = c->left ? DATA : AFTER_LAST;
        else if (byte != '\r') c->left = c->left * 16 + (byte <= '9' ? byte - '0' : (byte | 32) - 'a' + 10);
        break;
      case AFTER_DATA:
        if (byte == '\n') {
          c->state = SIZE_LINE;
          c->left = 0;
        }
        break;
      case AFTER_LAST:
        if (byte == '\n') {
          finished++;
          return 1;
        }
        break;
      case DATA:
        break;
    }
  }
  return 0;
}

static void make_request(int port) {
  char prompt[2000], body[6000];
  int n = sprintf(prompt, "r000000 ");
  for (int i = 1; i < 128; i++) n += sprintf(prompt + n, "w%04d ", i);
  const char *form = chat ? "{\"model\":\"mock\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]" : "{\"model\":\"mock\",\"prompt\":\"%s\"";
  n = sprintf(body, form, prompt);
  n += sprintf(body + n,
               ",\"max_tokens\":%d,\"stream\":true,\"stream_options\":{\"include_usage\":true},\"ignore_eos\":true}",
               tokens);
  request_len = sprintf(request_bytes,
                        "POST /v1/%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nContent-Type: application/json\r\n"
                        "Content-Length: %d\r\n\r\n%s",
                        chat ? "chat/completions" : "completions", port, n, body);
  tag_at = strstr(request_bytes, "\"r000000") - request_bytes + 2;
}

/* Gaps are exponential; the times are made before the clock starts, and the clock's zero is added then. */
static void make_schedule(double rate, int seed) {
  srand48(seed);
  double at = 0;
  for (int i = 0; i < requests; i++) {
    due_at[i] = at * 1e9;
    at += -log(1 - drand48()) / rate;
  }
}

static void write_rows(const char *path) {
  FILE *f = fopen(path, "w");
  if (!f) die("OUT cannot be written");
  fprintf(f, "tag,scheduled,sent,first,last,tokens,usage,shared\n");
  for (int r = 0; r < requests; r++) {
    i64 *s = stamps + (i64)r * (tokens + 2);
    int count = event_count[r] - chat; /* the role event is no token */
    int shared = 0;
    for (int k = 1; k < count; k++) shared += s[chat + k] == s[chat + k - 1];
    fprintf(f, "%d,%ld,%ld,%ld,%ld,%d,%d,%d\n", r, due_at[r], sent_at[r], s[chat], s[chat + count - 1], count,
            usage_tokens[r], shared);
  }
  if (fclose(f)) die("OUT was not written");
}

int main(int argc, char **argv) {
  if (argc < 7) {
    fprintf(stderr, "usage: cclient PORT STREAMS REQUESTS TOKENS chat|comp OUT [RATE SEED]\n");
    return 2;
  }
  int port = atoi(argv[1]), streams = atoi(argv[2]);
  requests = atoi(argv[3]);
  tokens = atoi(argv[4]);
  chat = !strcmp(argv[5], "chat");
  open_loop = argc > 8;
  prctl(PR_SET_TIMERSLACK, 1);
  make_request(port);
  stamps = calloc((i64)requests * (tokens + 2), sizeof *stamps);
  sent_at = calloc(requests, sizeof *sent_at);
  due_at = calloc(requests, sizeof *due_at);
  event_count = calloc(requests, sizeof *event_count);
  usage_tokens = calloc(requests, sizeof *usage_tokens);
  if (open_loop) make_schedule(atof(argv[7]), atoi(argv[8]));

  int ep = epoll_create1(0), one = 1;
  Connection *connections = calloc(streams, sizeof *connections), **idle = calloc(streams, sizeof *idle);
  int idle_count = 0;
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  for (int i = 0; i < streams; i++) {
    Connection *c = connections + i;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    c->request = -1;
    if (connect(c->fd, (void *)&address, sizeof address)) die("a connection was refused");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {EPOLLIN, {.ptr = c}};
    epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e);
    idle[idle_count++] = c;
  }

  i64 zero = now();
  if (open_loop) {
    for (int i = 0; i < requests; i++) due_at[i] += zero;
  } else {
    while (idle_count) start(idle[--idle_count]);
  }
  static struct epoll_event events[256];
  static char buffer[65536];
  while (finished < requests) {
    struct timespec wait, *timeout = 0;
    if (open_loop) {
      i64 t;
      while (issued < requests && idle_count && due_at[issued] <= (t = now())) start(idle[--idle_count]);
      if (issued < requests && idle_count) {
        i64 left = due_at[issued] - now();
        if (left < 0) left = 0;
        wait.tv_sec = left / 1000000000;
        wait.tv_nsec = left % 1000000000;
        timeout = &wait;
      }
    }
    int n = epoll_pwait2(ep, events, 256, timeout, 0);
    for (int i = 0; i < n; i++) {
      Connection *c = events[i].data.ptr;
      ssize_t got = recv(c->fd, buffer, sizeof buffer, MSG_DONTWAIT);
      i64 t = now();
      if (got == 0) die("the server closed a connection");
      if (got < 0 || !on_bytes(c, buffer, got, t)) continue;
      if (open_loop) {
        c->request = -1;
        idle[idle_count++] = c;
      } else {
        start(c);
      }
    }
  }
  write_rows(argv[6]);
  return 0;
}
