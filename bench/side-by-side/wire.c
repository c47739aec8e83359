/*
 * Writes down what passes the loopback to and from one TCP port, and when.
 *
 *   wire PORT OUT
 *
 * Says `ready` on stdout once it captures; on SIGTERM or SIGINT takes what is still in the kernel, says one line of JSON and
 * ends. A row of OUT is a `struct row` in this machine's byte order, then `length - cut` bytes of payload. Rows lie in the
 * order in which the kernel handed them over, which across cores may differ by microseconds from that of their times.
 *
 * A packet socket of one protocol sees packets come in, not go out (dev_queue_xmit_nit of the kernel's net/core/dev.c serves
 * ETH_P_ALL alone), so each is seen once. SO_TIMESTAMPNS makes the kernel stamp it where the loopback takes it over, within
 * the sender's write. A classic BPF program lets pass what bears data or opens or closes a connection. The kernel writes into
 * a ring (TPACKET_V3, Documentation/networking/packet_mmap.rst), which is emptied twenty times a second.
 *
 * Exit codes: 0, 1 (it failed), 2 (usage), 3 (it may not: CAP_NET_RAW is missing).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BLOCK_BYTES (1 << 20) /* holds several of the largest packets, 64 KiB */
#define BLOCKS 32
#define RETIRE_MS 50
#define LAST_LOOKS 4 /* a block that is not full is handed over after RETIRE_MS */
#define NOT_ALLOWED 3

struct row {
  int64_t at_ns; /* CLOCK_REALTIME */
  uint32_t seq;
  uint32_t length; /* of the payload */
  uint32_t cut;    /* bytes of it that were not captured */
  uint16_t port;   /* the client's */
  uint8_t from_server;
  uint8_t flags; /* of TCP */
};

static volatile sig_atomic_t told_to_end;
static void end(int signal) { told_to_end = signal; }

static int failed(const char *what) {
  fprintf(stderr, "wire: %s: %s\n", what, strerror(errno));
  return 1;
}

static double seconds(struct timespec t) { return t.tv_sec + t.tv_nsec / 1e9; }

static double cpu_seconds(void) {
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  return used.ru_utime.tv_sec + used.ru_stime.tv_sec + (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static int set_filter(int socket, uint32_t port) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9), /* the protocol */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_TCP, 0, 18),
      BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6), /* not the rest of a fragment */
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x1fff, 16, 0),
      BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0), /* X: length of the IP header */
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 2, 0),
      BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, port, 0, 11),
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, 13),
      BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 7, 8, 0), /* FIN, SYN or RST */
      BPF_STMT(BPF_LD | BPF_B | BPF_IND, 12),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
      BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 2), /* length of the TCP header */
      BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
      BPF_STMT(BPF_ALU | BPF_SUB | BPF_X, 0), /* what is left is data */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, 0x40000),
      BPF_STMT(BPF_RET | BPF_K, 0),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  return setsockopt(socket, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}

static FILE *out;
static uint64_t segments, cut_bytes;

static void take_packet(const struct tpacket3_hdr *h, uint16_t port) {
  const uint8_t *ip = (const uint8_t *)h + h->tp_net;
  uint32_t ip_bytes = (ip[0] & 15) * 4;
  const uint8_t *tcp = ip + ip_bytes;
  uint32_t headers = ip_bytes + (tcp[12] >> 4) * 4;
  uint16_t from = tcp[0] << 8 | tcp[1], to = tcp[2] << 8 | tcp[3];
  struct row row = {
      .at_ns = h->tp_sec * 1000000000LL + h->tp_nsec,
      .seq = (uint32_t)tcp[4] << 24 | tcp[5] << 16 | tcp[6] << 8 | tcp[7],
      .length = h->tp_len - headers,
      .cut = h->tp_len - h->tp_snaplen,
      .port = from == port ? to : from,
      .from_server = from == port,
      .flags = tcp[13],
  };
  fwrite(&row, sizeof row, 1, out);
  fwrite(ip + headers, 1, row.length - row.cut, out);
  segments++;
  cut_bytes += row.cut;
}

static void take_block(struct tpacket_block_desc *block, uint16_t port) {
  uint8_t *at = (uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;
  for (uint32_t left = block->hdr.bh1.num_pkts; left > 0; left--) {
    take_packet((struct tpacket3_hdr *)at, port);
    at += ((struct tpacket3_hdr *)at)->tp_next_offset;
  }
}

int main(int argc, char **argv) {
  int port = argc == 3 ? atoi(argv[1]) : 0;
  if (port <= 0 || port > 65535) {
    fprintf(stderr, "usage: wire PORT OUT\n");
    return 2;
  }
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  out = fopen(argv[2], "w");
  if (!out) return failed(argv[2]);
  setvbuf(out, 0, _IOFBF, BLOCK_BYTES);
  /* Signals come only while it waits, so that none is missed. */
  sigset_t ending, before;
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, &before);
  sigdelset(&before, SIGTERM);
  sigdelset(&before, SIGINT);
  struct sigaction action = {.sa_handler = end};
  sigaction(SIGTERM, &action, 0);
  sigaction(SIGINT, &action, 0);

  /* Protocol 0: nothing comes before the filter is set. */
  int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) {
    int why = errno;
    failed("a packet socket needs CAP_NET_RAW");
    return why == EPERM || why == EACCES ? NOT_ALLOWED : 1;
  }
  int version = TPACKET_V3, on = 1;
  struct tpacket_req3 ring = {
      .tp_block_size = BLOCK_BYTES,
      .tp_block_nr = BLOCKS,
      .tp_frame_size = 2048,
      .tp_frame_nr = BLOCK_BYTES / 2048 * BLOCKS,
      .tp_retire_blk_tov = RETIRE_MS,
  };
  struct sockaddr_ll address = {
      .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_IP), .sll_ifindex = if_nametoindex("lo")};
  if (set_filter(fd, port)) return failed("SO_ATTACH_FILTER");
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on)) return failed("SO_TIMESTAMPNS");
  if (setsockopt(fd, SOL_PACKET, PACKET_VERSION, &version, sizeof version)) return failed("PACKET_VERSION");
  if (setsockopt(fd, SOL_PACKET, PACKET_RX_RING, &ring, sizeof ring)) return failed("PACKET_RX_RING");
  uint8_t *blocks = mmap(0, (size_t)BLOCK_BYTES * BLOCKS, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (blocks == MAP_FAILED) return failed("mmap");
  if (bind(fd, (struct sockaddr *)&address, sizeof address)) return failed("bind to lo");

  struct timespec started, ended;
  clock_gettime(CLOCK_MONOTONIC, &started);
  double cpu_before = cpu_seconds();
  puts("ready");
  fflush(stdout);
  struct pollfd wait = {.fd = fd, .events = POLLIN | POLLERR};
  int last_looks = 0;
  for (int next = 0; last_looks < LAST_LOOKS;) {
    struct tpacket_block_desc *block = (void *)(blocks + (size_t)next * BLOCK_BYTES);
    if (__atomic_load_n(&block->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER) {
      take_block(block, port);
      __atomic_store_n(&block->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
      next = (next + 1) % BLOCKS;
      continue;
    }
    struct timespec patience = {0, RETIRE_MS * 1000000};
    ppoll(&wait, 1, told_to_end ? &patience : 0, told_to_end ? 0 : &before);
    if (told_to_end) last_looks++;
  }
  clock_gettime(CLOCK_MONOTONIC, &ended);
  struct tpacket_stats_v3 counts = {0};
  socklen_t size = sizeof counts;
  if (getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &counts, &size)) return failed("PACKET_STATISTICS");
  if (fclose(out)) return failed(argv[2]);
  printf("{\"segments\":%llu,\"dropped\":%u,\"cutBytes\":%llu,\"cpuS\":%.6f,\"seconds\":%.6f}\n", (unsigned long long)segments,
         counts.tp_drops, (unsigned long long)cut_bytes, cpu_seconds() - cpu_before, seconds(ended) - seconds(started));
  return 0;
}
