#!/bin/sh
# One real Apache Kafka node (KRaft) from Maven artifacts, without Docker. Needs Java 17 or later and Maven.
#
#   run.sh start DIRECTORY [PORT]   fetch the jars once, start a node that keeps its data in DIRECTORY,
#                                   wait until it answers, print its address
#   run.sh stop DIRECTORY           stop it cleanly and wait until it has ended
#
# KAFKA_PROPERTIES names a file of further lines for server.properties, which win over those written here;
# KAFKA_SCRAM adds a user when the storage is formatted, such as SCRAM-SHA-512=[name=desk,password=secret].
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

fail() {
    echo "run.sh: $1" >&2
    exit "${2:-1}"
}

usage() {
    fail "usage: run.sh start DIRECTORY [PORT] | run.sh stop DIRECTORY" 2
}

is_running() {
    [ -f "$directory/pid" ] && kill -0 "$(cat "$directory/pid")" 2>/dev/null
}

fetch_jars() {
    jars=${KAFKA_JARS:-$directory/jars}
    [ -n "$(ls "$jars"/kafka_2.13-*.jar 2>/dev/null)" ] && return
    command -v mvn >/dev/null || fail "Maven (mvn) is not installed"
    mvn --batch-mode --quiet -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
        -DoutputDirectory="$jars" >&2 || fail "Maven could not fetch the jars"
}

write_configuration() {
    controller_port=$((port + 1))
    cat >"$directory/server.properties" <<EOF
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$controller_port
listeners=PLAINTEXT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port
advertised.listeners=PLAINTEXT://127.0.0.1:$port
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$directory/data
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
EOF
    [ -z "${KAFKA_PROPERTIES:-}" ] || cat "$KAFKA_PROPERTIES" >>"$directory/server.properties"
    cat >"$directory/log4j.properties" <<EOF
log4j.rootLogger=WARN, stdout
log4j.logger.kafka.server.KafkaRaftServer=INFO
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d %p %c: %m%n
EOF
}

run_java() {
    java -Xmx"${KAFKA_HEAP:-512m}" "-Dlog4j.configuration=file:$directory/log4j.properties" -cp "$jars/*" "$@"
}

format_storage() {
    [ -f "$directory/data/meta.properties" ] && return
    cluster=$(run_java kafka.tools.StorageTool random-uuid)
    run_java kafka.tools.StorageTool format --ignore-formatted --cluster-id "$cluster" \
        --config "$directory/server.properties" ${KAFKA_SCRAM:+--add-scram "$KAFKA_SCRAM"} \
        >"$directory/format.log" 2>&1 || fail "cannot format: see $directory/format.log"
}

wait_until_ready() {
    tries=0
    until grep -q "Kafka Server started" "$directory/kafka.log"; do
        is_running || fail "Kafka ended while starting: see $directory/kafka.log"
        tries=$((tries + 1))
        [ "$tries" -lt 60 ] || fail "Kafka is not ready on port $port: see $directory/kafka.log"
        sleep 1
    done
}

start() {
    is_running && fail "a node is running in $directory already"
    command -v java >/dev/null || fail "Java is not installed"
    mkdir -p "$directory"
    fetch_jars
    write_configuration
    format_storage
    nohup java -Xmx"${KAFKA_HEAP:-512m}" "-Dlog4j.configuration=file:$directory/log4j.properties" \
        -cp "$jars/*" kafka.Kafka "$directory/server.properties" >"$directory/kafka.log" 2>&1 </dev/null &
    echo $! >"$directory/pid"
    wait_until_ready
    echo "127.0.0.1:$port"
}

stop() {
    is_running || fail "no node is running in $directory"
    pid=$(cat "$directory/pid")
    kill "$pid"
    tries=0
    while kill -0 "$pid" 2>/dev/null; do
        tries=$((tries + 1))
        [ "$tries" -lt 30 ] || kill -9 "$pid" 2>/dev/null || break
        sleep 1
    done
    rm -f "$directory/pid"
}

[ $# -ge 2 ] || usage
verb=$1
mkdir -p "$2"
directory=$(CDPATH='' cd -- "$2" && pwd)
port=${3:-9092}
case $verb in
    start) start ;;
    stop) stop ;;
    *) usage ;;
esac
