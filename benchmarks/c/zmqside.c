/* Both sides of a measurement with bare libzmq; the arguments and reports are those of io.parley.tools.bench.Sides. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <zmq.h>

static int64_t nanos(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void check(int bad, const char *what) {
  if (bad) {
    fprintf(stderr, "%s: %s\n", what, zmq_strerror(zmq_errno()));
    exit(1);
  }
}

static void report(const char *event, int64_t wall, int64_t cpu) {
  printf("{\"event\":\"%s\",\"nanos\":%" PRId64 ",\"cpuNanos\":%" PRId64 ",\"allocated\":0}\n", event,
         nanos(CLOCK_MONOTONIC) - wall, nanos(CLOCK_PROCESS_CPUTIME_ID) - cpu);
  fflush(stdout);
}

static void await_end(void) {
  char c[64];
  while (read(0, c, sizeof c) > 0) {
  }
}

static void limits(void *s, int size) {
  int hwm = 16 * 1024 * 1024 / size;
  hwm = hwm < 1000 ? 1000 : hwm > 100000 ? 100000 : hwm;
  zmq_setsockopt(s, ZMQ_SNDHWM, &hwm, sizeof hwm);
  zmq_setsockopt(s, ZMQ_RCVHWM, &hwm, sizeof hwm);
}

static void send_all(void *context, int pubsub, int size, int64_t count, int peers) {
  void *s = zmq_socket(context, pubsub ? ZMQ_XPUB : ZMQ_PUSH);
  limits(s, size);
  int on = 1;
  if (pubsub) check(zmq_setsockopt(s, ZMQ_XPUB_NODROP, &on, sizeof on), "nodrop");
  if (pubsub) check(zmq_setsockopt(s, ZMQ_XPUB_VERBOSE, &on, sizeof on), "verbose");
  check(zmq_bind(s, "tcp://127.0.0.1:*"), "bind");
  char address[256];
  size_t length = sizeof address;
  check(zmq_getsockopt(s, ZMQ_LAST_ENDPOINT, address, &length), "endpoint");
  printf("{\"event\":\"listening\",\"address\":\"%s\"}\n", address);
  fflush(stdout);
  char told[16];
  for (int i = 0; pubsub && i < peers; i++) check(zmq_recv(s, told, sizeof told, 0) < 0, "subscription");
  int64_t wall = 0, cpu = 0;
  for (int64_t n = 0; n < count; n++) {
    if (n == count / 5) {
      wall = nanos(CLOCK_MONOTONIC);
      cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
    }
    zmq_msg_t m;
    check(zmq_msg_init_size(&m, (size_t)size), "message");
    int64_t not_n = ~n;
    char *data = zmq_msg_data(&m);
    memcpy(data, &n, 8);
    if (size >= 16) memcpy(data + size - 8, &not_n, 8);
    check(zmq_msg_send(&m, s, 0) < 0, "send");
  }
  report("sent", wall, cpu);
  await_end();
  zmq_close(s);
}

static void receive_all(void *context, int pubsub, int size, int64_t count, const char *address) {
  void *s = zmq_socket(context, pubsub ? ZMQ_SUB : ZMQ_PULL);
  limits(s, size);
  if (pubsub) zmq_setsockopt(s, ZMQ_SUBSCRIBE, "", 0);
  check(zmq_connect(s, address), "connect");
  int64_t wall = 0, cpu = 0;
  for (int64_t n = 0; n < count; n++) {
    zmq_msg_t m;
    zmq_msg_init(&m);
    check(zmq_msg_recv(&m, s, 0) < 0, "receive");
    int64_t number = -1, end = ~n;
    char *data = zmq_msg_data(&m);
    if (zmq_msg_size(&m) == (size_t)size) {
      memcpy(&number, data, 8);
      if (size >= 16) memcpy(&end, data + size - 8, 8);
    }
    if (number != n || end != ~n) {
      printf("{\"event\":\"wrong\",\"detail\":\"message %" PRId64 " was expected\"}\n", n);
      fflush(stdout);
      exit(1);
    }
    if (n == count / 5) {
      wall = nanos(CLOCK_MONOTONIC);
      cpu = nanos(CLOCK_PROCESS_CPUTIME_ID);
    }
    zmq_msg_close(&m);
  }
  report("received", wall, cpu);
  await_end();
  zmq_close(s);
}

/* side, pattern, mode, size, messages, peers, transport, address */
int main(int argc, char **argv) {
  if (argc < 8) return 2;
  int pubsub = !strcmp(argv[2], "pubsub");
  void *context = zmq_ctx_new();
  if (!strcmp(argv[1], "send")) {
    send_all(context, pubsub, atoi(argv[4]), atoll(argv[5]), atoi(argv[6]));
  } else {
    receive_all(context, pubsub, atoi(argv[4]), atoll(argv[5]), argv[8]);
  }
  zmq_ctx_term(context);
  return 0;
}
