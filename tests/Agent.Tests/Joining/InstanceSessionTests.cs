using Ecs.Agent.Joining;

namespace Ecs.Agent.Tests.Joining;

public sealed class InstanceSessionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ecs-session-").FullName;

    private string SessionFile => Path.Combine(_directory, "session");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private Task<InstanceSession> BeginAsync(DateTimeOffset now) => InstanceSession.BeginAsync(
        _directory, new At(now), _ => { }, CancellationToken.None);

    [Fact]
    public async Task Given_a_clock_that_was_set_back_when_the_agent_starts_again_then_its_session_rises_all_the_same()
    {
        var first = (await BeginAsync(Some.Time)).Number;
        Assert.Equal(Some.Time.ToUnixTimeMilliseconds(), first);
        Assert.Equal(first + 1, (await BeginAsync(Some.Time.AddDays(-1))).Number);
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("-5")]
    [InlineData("9223372036854775807")]
    public async Task Given_a_kept_session_that_is_no_number_then_the_time_tells_one(string content)
    {
        await File.WriteAllTextAsync(SessionFile, content);
        Assert.Equal(Some.Time.ToUnixTimeMilliseconds(), (await BeginAsync(Some.Time)).Number);
    }

    [Fact]
    public async Task Given_a_session_that_the_scheduler_tells_then_it_goes_above_it_and_the_next_start_above_that()
    {
        var session = await BeginAsync(Some.Time);
        var told = session.Number + 1_000_000_000;
        session.RiseAbove(told);
        session.RiseAbove(told - 5);

        Assert.Equal(told + 1, session.Number);
        Assert.Equal(told + 2, (await BeginAsync(Some.Time.AddDays(-1))).Number);
    }

    [Fact]
    public async Task Given_a_disk_that_cannot_keep_it_then_the_start_waits_until_it_can()
    {
        // What is in the way of the file stands for a disk that takes nothing.
        var inTheWay = Directory.CreateDirectory(SessionFile);
        var clock = new At(Some.Time);
        var said = new List<string>();
        var begin = InstanceSession.BeginAsync(_directory, clock, said.Add, CancellationToken.None);
        Assert.False(begin.IsCompleted);
        Assert.Contains("cannot be written", Assert.Single(said), StringComparison.Ordinal);

        inTheWay.Delete();
        Assert.True((await begin).Number > 0);
    }

    [Fact]
    public async Task Given_a_directory_then_who_comes_second_is_told_of_the_first_and_a_broken_disk_is_not_called_an_agent()
    {
        var clock = new At(Some.Time);
        var said = new List<string>();
        var inTheWay = Path.Combine(_directory, "is-a-file");
        await File.WriteAllTextAsync(inTheWay, "");
        using var ended = new CancellationTokenSource();

        using (await DataDirectory.HoldAsync(_directory, clock, said.Add, ended.Token))
        {
            var second = DataDirectory.HoldAsync(_directory, clock, said.Add, ended.Token);
            Assert.Contains("another Agent holds", Assert.Single(said), StringComparison.Ordinal);
            Assert.False(second.IsCompleted);
            var third = DataDirectory.HoldAsync(Path.Combine(inTheWay, "x"), clock, said.Add, ended.Token);
            Assert.Contains("cannot be opened", said[1], StringComparison.Ordinal);
            await ended.CancelAsync();
            foreach (var waits in new[] { second, third })
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
            }
        }
    }

    // Its timers are the system's: a wait ends by itself.
    private sealed class At(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
