using Ecs.Contracts.Commands;
using Ecs.Contracts.Events;

namespace Ecs.Log.Tests;

/// <summary>Tests that measure what is in memory, which other tests beside them would change.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuringTests
{
    public const string Name = "Measuring";
}

/// <summary>A log of a hundred thousand events is moved a piece at a time, not as a whole.</summary>
[Collection(MeasuringTests.Name)]
public sealed class LargeMoveTests(PostgresServer server)
{
    private const int Commits = 2_000;
    private const int Events = 50;

    /// <summary>Bytes that may live meanwhile, with what a batch of commits takes; the file has several times as many.</summary>
    private const long MostAlive = 16 * 1024 * 1024;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_hundred_thousand_events_when_moved_then_all_are_there_and_little_is_in_memory_at_a_time()
    {
        await using var from = new TestLog(server);
        await using var to = new TestLog(server);
        await from.InitializeAsync();
        await to.InitializeAsync();
        await FillAsync(from);
        var path = Path.GetTempFileName();
        try
        {
            await using (var file = new MeasuredStream(File.Create(path)))
            {
                await LogExport.WriteAsync(from.Connection, file, new ExportRange(0, null), Ct);
                Assert.InRange(file.MostAlive, 0, MostAlive);
                Assert.True(file.Length > 2 * MostAlive, $"a file of {file.Length} bytes shows nothing");
            }

            await using (var file = new MeasuredStream(File.OpenRead(path)))
            {
                var head = await LogImport.RunAsync(to.Connection, file, Ct);
                Assert.Equal(await from.Log.HeadAsync(Ct), head);
                Assert.InRange(file.MostAlive, 0, MostAlive);
            }
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal((long)Commits * Events, await to.ScalarAsync<long>("select count(*) from ecs_log.mt_events"));
    }

    private static async Task FillAsync(TestLog log)
    {
        var lease = await log.TakeLeaseAsync(Services.Scheduler);
        for (var i = 0; i < Commits; i++)
        {
            var events = Enumerable.Range(0, Events).Select(n => ((IEvent)Sample.Created($"cluster-{i}-{n}"), 1L));
            await log.Log.CommitAsync(lease, [Sample.Decided($"command-{i}", [.. events])], Ct);
        }
    }

    /// <summary>A stream that looks now and then how much more is alive than when it began.</summary>
    private sealed class MeasuredStream(Stream inner) : Stream
    {
        /// <summary>How often it looks, in bytes; each time all that is dead is collected.</summary>
        private const long Every = 2 * 1024 * 1024;

        private readonly long _before = GC.GetTotalMemory(forceFullCollection: true);
        private long _passed;

        public long MostAlive { get; private set; }

        public override bool CanRead => inner.CanRead;

        public override bool CanSeek => false;

        public override bool CanWrite => inner.CanWrite;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Measured(inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Measured(await inner.ReadAsync(buffer, cancellationToken));

        public override void Write(byte[] buffer, int offset, int count)
        {
            inner.Write(buffer, offset, count);
            Measured(count);
        }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            Measured(buffer.Length);
        }

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        private int Measured(int bytes)
        {
            var before = _passed / Every;
            _passed += bytes;
            if (_passed / Every != before)
            {
                MostAlive = Math.Max(MostAlive, GC.GetTotalMemory(forceFullCollection: true) - _before);
            }

            return bytes;
        }
    }
}
