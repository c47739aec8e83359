/*
 * A streaming OpenAI server that knows the truth: what every load client is measured against.
 *
 *   mock PORT FIRST_US GAP_US LOG [CORE [STEP_US [WAVE]]]
 *
 * One thread on one core (default 0). A request's first token is due FIRST_US after the request was read, each
 * following token GAP_US after the one before: an absolute schedule, so that a late token does not move the next.
 * With STEP_US the first token waits for the next step, as in an engine that batches continuously: every running request
 * gets its token in the same step, whenever it arrived. Without it each request keeps a time of its own.
 * Of the first WAVE requests the n-th gets n/WAVE of its tokens: streams that begin together would march in step for ever,
 * and whichever client lets them would have an easier load.
 * PORT 0 takes a free port. When it listens, it says so on stdout: `ready PORT`. A second one on the same PORT, on another
 * core, gets its share of the connections: the kernel deals them out.
 *
 * At SIGTERM or SIGINT it writes LOG, a line of CSV for each request, and LOG.json, a summary, and ends.
 * Times in LOG are CLOCK_MONOTONIC in nanoseconds, the clock of every process on this machine:
 *   tag      the number N of a prompt whose first word is `rN`, by which a client's request is found; -1 without
 *   arr      when the request had been read completely
 *   first    when its first token was handed to the kernel; last: when the last was
 *   ntok     tokens asked for; sent: tokens sent; plen: words in the prompt
 *   done     1 finished, 0 still open at the end, -1 the client closed the connection in the middle
 *   coal     tokens that shared a write with an earlier one, because the server itself was late
 *   eagain   writes that found the socket's buffer full: the client did not read
 *   maxlate  the latest token, in nanoseconds behind its schedule
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef int64_t i64;

static i64 now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static i64 first_ns, gap_ns, step_ns;
static int wave;
static volatile sig_atomic_t stopped;

/* One request, as it is logged. */
typedef struct {
  i64 arr, first, last, maxlate;
  int tag, ntok, sent, plen, chat, stream, done, coal, eagain;
} Record;

static Record *records;
static int record_count, record_capacity;

typedef struct Connection {
  int fd;
  char *in;
  int in_len, in_capacity;
  char *out;
  int out_len, out_offset, out_capacity;
  int busy, close_after, usage, dead;
  int heap_place; /* -1: nothing is due */
  i64 due;        /* of the next token */
  int record, next_token;
  char id[48];
} Connection;

/* ---- The heap of connections, the one whose token is due next on top ---- */

static Connection **heap;
static int heap_len, heap_capacity;

static void heap_set(int place, Connection *c) {
  heap[place] = c;
  c->heap_place = place;
}

static void heap_up(int place) {
  Connection *c = heap[place];
  while (place > 0) {
    int parent = (place - 1) / 2;
    if (heap[parent]->due <= c->due) break;
    heap_set(place, heap[parent]);
    place = parent;
  }
  heap_set(place, c);
}

static void heap_down(int place) {
  Connection *c = heap[place];
  for (;;) {
    int child = 2 * place + 1;
    if (child >= heap_len) break;
    if (child + 1 < heap_len && heap[child + 1]->due < heap[child]->due) child++;
    if (heap[child]->due >= c->due) break;
    heap_set(place, heap[child]);
    place = child;
  }
  heap_set(place, c);
}

static void heap_add(Connection *c) {
  if (heap_len == heap_capacity) {
    heap_capacity = heap_capacity ? heap_capacity * 2 : 4096;
    heap = realloc(heap, heap_capacity * sizeof *heap);
  }
  heap_set(heap_len++, c);
  heap_up(heap_len - 1);
}

static void heap_remove(Connection *c) {
  int place = c->heap_place;
  if (place < 0) return;
  c->heap_place = -1;
  Connection *moved = heap[--heap_len];
  if (place < heap_len) {
    heap_set(place, moved);
    heap_up(place);
    heap_down(moved->heap_place);
  }
}

/* ---- Writing ---- */

static int ep;
static int open_count, open_max, aborted_count, connection_count, other_count;
static i64 token_count, write_count;

/* Lateness of each token in microseconds; the last bin holds everything above. */
#define LATENESS_BINS 200000
static uint32_t lateness[LATENESS_BINS + 1];

static void out_add(Connection *c, const char *bytes, int n) {
  if (c->out_len + n > c->out_capacity) {
    c->out_capacity = (c->out_len + n) * 2 + 4096;
    c->out = realloc(c->out, c->out_capacity);
  }
  memcpy(c->out + c->out_len, bytes, n);
  c->out_len += n;
}

static void close_connection(Connection *c) {
  if (c->dead) return;
  if (c->busy) {
    aborted_count++;
    records[c->record].done = -1;
  }
  heap_remove(c);
  close(c->fd);
  c->dead = 1;
  open_count--;
}

static void watch(Connection *c, uint32_t events) {
  struct epoll_event e = {events | EPOLLRDHUP, {.ptr = c}};
  epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}

static void flush(Connection *c) {
  while (c->out_offset < c->out_len) {
    ssize_t n = write(c->fd, c->out + c->out_offset, c->out_len - c->out_offset);
    write_count++;
    if (n < 0) {
      if (errno == EAGAIN) {
        if (c->busy) records[c->record].eagain++;
        watch(c, EPOLLIN | EPOLLOUT);
        return;
      }
      close_connection(c);
      return;
    }
    c->out_offset += n;
  }
  c->out_offset = c->out_len = 0;
}

/* ---- Events: templates made once, in which the id and the word are overwritten ---- */

typedef struct {
  char bytes[512]; /* the whole chunk, its size line included */
  int len, word_at, id_at;
} Template;

static Template token_template[2][2]; /* [chat][last token] */
static Template role_template;

static void make_template(Template *t, const char *event) {
  t->len = sprintf(t->bytes, "%x\r\n%s\r\n", (int)strlen(event), event);
  char *word = strstr(t->bytes, "NNNN");
  t->word_at = word ? word - t->bytes : 0;
  t->id_at = strstr(t->bytes, "IIII") - t->bytes;
}

#define ID "IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIII"

static void make_templates(void) {
  char event[500];
  for (int last = 0; last < 2; last++) {
    const char *finish = last ? "\"length\",\"stop_reason\":null" : "null";
    sprintf(event,
            "data: {\"id\":\"cmpl-" ID "\",\"object\":\"text_completion\",\"created\":1755700000,\"model\":\"mock\","
            "\"choices\":[{\"index\":0,\"text\":\" wNNNN\",\"logprobs\":null,\"finish_reason\":%s}],\"usage\":null}\n\n",
            finish);
    make_template(&token_template[0][last], event);
    sprintf(event,
            "data: {\"id\":\"chatcmpl-" ID "\",\"object\":\"chat.completion.chunk\",\"created\":1755700000,"
            "\"model\":\"mock\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" wNNNN\"},\"logprobs\":null,"
            "\"finish_reason\":%s}],\"usage\":null}\n\n",
            finish);
    make_template(&token_template[1][last], event);
  }
  make_template(&role_template,
                "data: {\"id\":\"chatcmpl-" ID "\",\"object\":\"chat.completion.chunk\",\"created\":1755700000,"
                "\"model\":\"mock\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
                "\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n");
}

static void add_role(Connection *c) {
  char b[512];
  memcpy(b, role_template.bytes, role_template.len);
  memcpy(b + role_template.id_at, c->id, 32);
  out_add(c, b, role_template.len);
}

static void add_token(Connection *c, int chat, int last) {
  const Template *t = &token_template[chat][last];
  char b[512];
  memcpy(b, t->bytes, t->len);
  memcpy(b + t->id_at, c->id, 32);
  unsigned word = (c->next_token * 7 + c->record) & 4095;
  char *p = b + t->word_at;
  p[0] = '0' + word / 1000;
  p[1] = '0' + word / 100 % 10;
  p[2] = '0' + word / 10 % 10;
  p[3] = '0' + word % 10;
  out_add(c, b, t->len);
}

static void add_chunk(Connection *c, const char *text) {
  char b[1024];
  int n = sprintf(b, "%x\r\n%s\r\n", (int)strlen(text), text);
  out_add(c, b, n);
}

static void end_answer(Connection *c) {
  records[c->record].done = 1;
  heap_remove(c);
  c->busy = 0;
  flush(c);
  if (!c->dead && c->close_after && !c->out_len) close_connection(c);
}

/* The answer to a request that did not ask for a stream: the whole text at once, when its last token is due. */
static void answer_whole(Connection *c) {
  Record *r = &records[c->record];
  char *text = malloc(r->ntok * 6 + 8), *body = malloc(r->ntok * 6 + 700), head[200];
  int text_len = 0;
  text[0] = 0;
  for (int k = 0; k < r->ntok; k++) text_len += sprintf(text + text_len, " w%04d", k & 4095);
  const char *form =
      r->chat ? "{\"id\":\"chatcmpl-%s\",\"object\":\"chat.completion\",\"created\":1755700000,\"model\":\"mock\","
                "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"%s\"},\"logprobs\":null,"
                "\"finish_reason\":\"length\"}],"
              : "{\"id\":\"cmpl-%s\",\"object\":\"text_completion\",\"created\":1755700000,\"model\":\"mock\","
                "\"choices\":[{\"index\":0,\"text\":\"%s\",\"logprobs\":null,\"finish_reason\":\"length\"}],";
  int n = sprintf(body, form, c->id, text);
  n += sprintf(body + n, "\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d,\"completion_tokens\":%d}}", r->plen,
               r->plen + r->ntok, r->ntok);
  int head_len = sprintf(head,
                         "HTTP/1.1 200 OK\r\nserver: uvicorn\r\ncontent-type: application/json\r\n"
                         "content-length: %d\r\n\r\n",
                         n);
  out_add(c, head, head_len);
  out_add(c, body, n);
  free(text);
  free(body);
  r->first = r->last = now();
  r->sent = r->ntok;
  end_answer(c);
}

/* Sends every token of this connection that is due at `t`, in one write. */
static void emit(Connection *c, i64 t) {
  Record *r = &records[c->record];
  if (!r->stream) {
    answer_whole(c);
    return;
  }
  int count = 0;
  while (c->next_token < r->ntok && c->due <= t) {
    if (c->next_token == 0 && r->chat) add_role(c);
    add_token(c, r->chat, c->next_token == r->ntok - 1);
    i64 late = t - c->due;
    if (late > r->maxlate) r->maxlate = late;
    late /= 1000;
    lateness[late < 0 ? 0 : late > LATENESS_BINS ? LATENESS_BINS : late]++;
    c->next_token++;
    count++;
    token_count++;
    c->due += gap_ns;
  }
  if (count > 1) r->coal += count - 1;
  i64 written = now();
  if (c->next_token == count) r->first = written;
  r->last = written;
  r->sent = c->next_token;
  if (c->next_token < r->ntok) {
    heap_down(c->heap_place);
    /* A client that does not read is not buffered for without end. */
    if (c->out_offset == 0 || c->out_len - c->out_offset < 65536) flush(c);
    return;
  }
  if (c->usage) {
    char event[512];
    sprintf(event,
            "data: {\"id\":\"%s%.32s\",\"object\":\"%s\",\"created\":1755700000,\"model\":\"mock\",\"choices\":[],"
            "\"usage\":{\"prompt_tokens\":%d,\"total_tokens\":%d,\"completion_tokens\":%d}}\n\n",
            r->chat ? "chatcmpl-" : "cmpl-", c->id, r->chat ? "chat.completion.chunk" : "text_completion", r->plen,
            r->plen + r->ntok, r->ntok);
    add_chunk(c, event);
  }
  add_chunk(c, "data: [DONE]\n\n");
  out_add(c, "0\r\n\r\n", 5);
  end_answer(c);
}

/* ---- Requests: read with as much of JSON as they need ---- */

static const char *value_of(const char *body, const char *key) {
  const char *p = strstr(body, key);
  if (!p) return 0;
  p += strlen(key);
  while (*p == ' ' || *p == ':') p++;
  return p;
}

static int integer_of(const char *body, const char *key, int otherwise) {
  const char *p = value_of(body, key);
  return p && *p >= '0' && *p <= '9' ? atoi(p) : otherwise;
}

static int is_true(const char *body, const char *key) {
  const char *p = value_of(body, key);
  return p && *p == 't';
}

/* Counts the words of the prompt, which stand for its tokens, and finds its tag. */
static void read_prompt(const char *body, Record *r) {
  const char *p = value_of(body, r->chat ? "\"content\"" : "\"prompt\"");
  r->tag = -1;
  r->plen = 0;
  if (!p) return;
  while (*p && *p != '"') p++; /* of a list: the first text in it */
  if (*p) p++;
  if (p[0] == 'r' && p[1] >= '0' && p[1] <= '9') r->tag = atoi(p + 1);
  int in_word = 0;
  for (; *p && *p != '"'; p++) {
    if (*p == ' ' || *p == '\n') {
      in_word = 0;
    } else if (!in_word) {
      in_word = 1;
      r->plen++;
    }
  }
}

static void begin_answer(Connection *c, const char *body, int chat) {
  if (record_count == record_capacity) {
    record_capacity = record_capacity ? record_capacity * 2 : 8192;
    records = realloc(records, record_capacity * sizeof *records);
  }
  Record *r = &records[record_count];
  memset(r, 0, sizeof *r);
  r->arr = now();
  r->chat = chat;
  r->stream = is_true(body, "\"stream\"");
  r->ntok = integer_of(body, "\"max_completion_tokens\"", -1);
  if (r->ntok < 0) r->ntok = integer_of(body, "\"max_tokens\"", 16);
  if (r->ntok < 1) r->ntok = 1;
  if (record_count < wave) r->ntok = (r->ntok * (record_count + 1) + wave - 1) / wave;
  read_prompt(body, r);
  sprintf(c->id, "%08x%08x%08x%08x", record_count * 2654435761u, record_count, 0xabcdefu, record_count * 40503u);
  c->usage = is_true(body, "\"include_usage\"");
  c->record = record_count++;
  c->next_token = 0;
  c->busy = 1;
  c->due = r->arr + first_ns;
  if (step_ns) c->due = (c->due + step_ns - 1) / step_ns * step_ns;
  if (!r->stream) c->due += (i64)(r->ntok - 1) * gap_ns;
  heap_add(c);
  if (r->stream) {
    static const char head[] =
        "HTTP/1.1 200 OK\r\ndate: Thu, 20 Aug 2026 10:00:00 GMT\r\nserver: uvicorn\r\n"
        "content-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n";
    out_add(c, head, sizeof head - 1);
    flush(c);
  }
}

static void answer_simple(Connection *c, const char *status, const char *type, const char *body) {
  char b[4096];
  int n = sprintf(b, "HTTP/1.1 %s\r\nserver: uvicorn\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n%s", status, type,
                  (int)strlen(body), body);
  other_count++;
  out_add(c, b, n);
  flush(c);
}

static int starts(const char *text, const char *with) { return !strncmp(text, with, strlen(with)); }

/* Answers one request if it is there completely; 1 where it was. */
static int handle(Connection *c) {
  c->in[c->in_len] = 0;
  char *end = strstr(c->in, "\r\n\r\n");
  if (!end) return 0;
  int head_len = end + 4 - c->in, body_len = 0;
  char kept = *end;
  *end = 0;
  char *length = strcasestr(c->in, "\r\ncontent-length:");
  if (length) body_len = atoi(length + 17);
  c->close_after = strcasestr(c->in, "\r\nconnection: close") != 0;
  *end = kept;
  int whole = head_len + body_len;
  if (c->in_len < whole) return 0;
  kept = c->in[whole];
  c->in[whole] = 0;

  if (starts(c->in, "POST /v1/chat/completions")) {
    begin_answer(c, c->in + head_len, 1);
  } else if (starts(c->in, "POST /v1/completions")) {
    begin_answer(c, c->in + head_len, 0);
  } else if (starts(c->in, "GET /v1/models")) {
    answer_simple(c, "200 OK", "application/json",
                  "{\"object\":\"list\",\"data\":[{\"id\":\"mock\",\"object\":\"model\",\"created\":1755700000,"
                  "\"owned_by\":\"vllm\",\"root\":\"mock\",\"parent\":null,\"max_model_len\":8192}]}");
  } else if (starts(c->in, "GET /version")) {
    answer_simple(c, "200 OK", "application/json", "{\"version\":\"0.17.1\"}");
  } else if (starts(c->in, "GET /health") || starts(c->in, "GET /metrics")) {
    answer_simple(c, "200 OK", "text/plain", "");
  } else {
    answer_simple(c, "404 Not Found", "text/plain", "");
  }
  if (c->dead) return 0;
  c->in[whole] = kept;
  memmove(c->in, c->in + whole, c->in_len - whole);
  c->in_len -= whole;
  return 1;
}

/* ---- The loop ---- */

static void accept_all(int listener) {
  int fd, one = 1;
  while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    Connection *c = calloc(1, sizeof *c);
    c->fd = fd;
    c->heap_place = -1;
    c->in_capacity = 8192;
    c->in = malloc(c->in_capacity + 1);
    struct epoll_event e = {EPOLLIN | EPOLLRDHUP, {.ptr = c}};
    epoll_ctl(ep, EPOLL_CTL_ADD, fd, &e);
    connection_count++;
    if (++open_count > open_max) open_max = open_count;
  }
}

static void read_all(Connection *c) {
  for (;;) {
    if (c->in_capacity - c->in_len < 4096) {
      c->in_capacity *= 2;
      c->in = realloc(c->in, c->in_capacity + 1);
    }
    ssize_t n = read(c->fd, c->in + c->in_len, c->in_capacity - c->in_len);
    if (n > 0) {
      c->in_len += n;
      if (n < 4096) break;
      continue;
    }
    if (n < 0 && errno == EAGAIN) break;
    close_connection(c);
    break;
  }
  while (!c->dead && !c->busy && c->in_len && handle(c)) {
  }
}

static void on_event(Connection *c, uint32_t events) {
  if (c->dead) return;
  if (events & EPOLLOUT) {
    flush(c);
    if (c->dead) return;
    if (!c->out_len) {
      watch(c, EPOLLIN);
      if (c->close_after && !c->busy) {
        close_connection(c);
        return;
      }
    }
  }
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) read_all(c);
}

static void serve(int listener) {
  static struct epoll_event events[512];
  while (!stopped) {
    struct timespec wait, *timeout = 0;
    if (heap_len) {
      i64 left = heap[0]->due - now();
      if (left < 0) left = 0;
      wait.tv_sec = left / 1000000000;
      wait.tv_nsec = left % 1000000000;
      timeout = &wait;
    }
    int n = epoll_pwait2(ep, events, 512, timeout, 0);
    for (int i = 0; i < n; i++) {
      if (events[i].data.ptr) on_event(events[i].data.ptr, events[i].events);
      else accept_all(listener);
    }
    /* Few writes before the sockets are looked at again: what a request waits behind tokens would count as the client's error. */
    i64 t;
    for (int turn = 0; turn < 16 && heap_len && heap[0]->due <= (t = now()); turn++) emit(heap[0], t);
  }
}

static int write_log(const char *path) {
  FILE *f = fopen(path, "w");
  if (!f) return 1;
  fprintf(f, "tag,arr,first,last,ntok,sent,plen,chat,stream,done,coal,eagain,maxlate\n");
  for (int i = 0; i < record_count; i++) {
    Record *r = &records[i];
    fprintf(f, "%d,%ld,%ld,%ld,%d,%d,%d,%d,%d,%d,%d,%d,%ld\n", r->tag, r->arr, r->first, r->last, r->ntok, r->sent,
            r->plen, r->chat, r->stream, r->done, r->coal, r->eagain, r->maxlate);
  }
  return fclose(f);
}

static int write_summary(const char *log) {
  i64 seen = 0;
  int p50 = -1, p99 = -1, p999 = -1, worst = 0;
  for (int us = 0; us <= LATENESS_BINS; us++) {
    if (!lateness[us]) continue;
    seen += lateness[us];
    worst = us;
    if (p50 < 0 && seen * 2 >= token_count) p50 = us;
    if (p99 < 0 && seen >= token_count * .99) p99 = us;
    if (p999 < 0 && seen >= token_count * .999) p999 = us;
  }
  struct rusage ru;
  getrusage(RUSAGE_SELF, &ru);
  double cpu = ru.ru_utime.tv_sec + ru.ru_stime.tv_sec + (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
  char path[4096];
  snprintf(path, sizeof path, "%s.json", log);
  FILE *f = fopen(path, "w");
  if (!f) return 1;
  fprintf(f,
          "{\"requests\":%d,\"tokens\":%ld,\"writes\":%ld,\"conns\":%d,\"maxopen\":%d,\"aborted\":%d,\"other\":%d,"
          "\"late_us_p50\":%d,\"late_us_p99\":%d,\"late_us_p999\":%d,\"late_us_max\":%d,\"cpu_s\":%.3f}\n",
          record_count, token_count, write_count, connection_count, open_max, aborted_count, other_count, p50, p99, p999,
          worst, cpu);
  return fclose(f);
}

static void on_signal(int signal) {
  (void)signal;
  stopped = 1;
}

int main(int argc, char **argv) {
  if (argc < 5) {
    fprintf(stderr, "usage: mock PORT FIRST_US GAP_US LOG [CORE [STEP_US [WAVE]]]\n");
    return 2;
  }
  first_ns = atoll(argv[2]) * 1000;
  gap_ns = atoll(argv[3]) * 1000;
  step_ns = argc > 6 ? atoll(argv[6]) * 1000 : 0;
  wave = argc > 7 ? atoi(argv[7]) : 0;

  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(argc > 5 ? atoi(argv[5]) : 0, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
  prctl(PR_SET_TIMERSLACK, 1); /* nanosecond: the default of 50 us would make every token late */
  prctl(PR_SET_PDEATHSIG, SIGTERM); /* a bench that is killed leaves no server */
  struct rlimit files = {20000, 20000};
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGTERM, &action, 0);
  sigaction(SIGINT, &action, 0);
  make_templates();

  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t address_len = sizeof address;
  if (bind(listener, (void *)&address, sizeof address) || listen(listener, 4096) ||
      getsockname(listener, (void *)&address, &address_len)) {
    perror("mock: listen");
    return 1;
  }
  ep = epoll_create1(0);
  struct epoll_event e = {EPOLLIN, {.ptr = 0}};
  epoll_ctl(ep, EPOLL_CTL_ADD, listener, &e);
  printf("ready %d\n", ntohs(address.sin_port));
  fflush(stdout);

  serve(listener);
  return write_log(argv[4]) | write_summary(argv[4]);
}
