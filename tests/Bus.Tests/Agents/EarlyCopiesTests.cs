using Ecs.Contracts.Agents;

namespace Ecs.Bus.Tests.Agents;

/// <summary>Work that comes twice, as an early copy and as the message of the queue.</summary>
public sealed class EarlyCopiesTests
{
    private static readonly Assignments Work =
        new() { ContainerInstanceArn = "arn", Number = 1, IsFullList = false, Tasks = [] };

    private readonly TaskCompletionSource _first = new();
    private readonly EarlyCopies _copies;
    private int _begun;

    public EarlyCopiesTests() =>
        _copies = new EarlyCopies((_, _) => Interlocked.Increment(ref _begun) == 1 ? _first.Task : Task.CompletedTask);

    [Fact]
    public async Task Given_a_copy_under_way_when_its_message_comes_then_it_is_done_with_the_copy_and_not_before()
    {
        var copy = _copies.BeginAsync("m", Work, default);
        var message = _copies.EnsureAsync("m", Work, default);
        Assert.False(message.IsCompleted);

        _first.SetResult();
        await message;

        await copy;
        Assert.Equal(1, _begun);
    }

    [Fact]
    public async Task Given_a_copy_that_failed_when_its_message_comes_then_the_message_is_handled()
    {
        var copy = _copies.BeginAsync("m", Work, default);
        _first.SetException(new IOException("the journal's disk is away"));
        await Assert.ThrowsAsync<IOException>(() => copy);

        await _copies.EnsureAsync("m", Work, default);

        Assert.Equal(2, _begun);
    }

    [Theory]
    [InlineData("another")]
    [InlineData(null)]
    public async Task Given_a_copy_when_another_message_comes_then_that_is_handled(string? messageId)
    {
        _first.SetResult();
        await _copies.BeginAsync("m", Work, default);

        await _copies.EnsureAsync(messageId, Work, default);

        Assert.Equal(2, _begun);
    }

    [Fact]
    public async Task Given_more_copies_than_are_remembered_when_they_are_done_then_further_ones_are_begun()
    {
        _first.SetResult();
        const int Copies = EarlyCopies.MaxRemembered + 1;
        for (var i = 0; i < Copies; i++) await _copies.BeginAsync($"{i}", Work, default);

        await _copies.EnsureAsync($"{EarlyCopies.MaxRemembered}", Work, default);

        Assert.Equal(Copies, _begun);
    }

    [Fact]
    public async Task Given_copies_that_come_after_their_messages_when_those_were_done_then_none_is_begun_and_few_are_remembered()
    {
        _first.SetResult();
        const int Messages = 3 * EarlyCopies.MaxDone;
        for (var i = 0; i < Messages; i++)
        {
            await _copies.EnsureAsync($"{i}", Work, default);
            await _copies.BeginAsync($"{i}", Work, default);
        }

        Assert.Equal((Messages, EarlyCopies.MaxDone), (_begun, _copies.Remembered));
    }

    [Fact]
    public async Task Given_a_disk_that_is_full_when_more_copies_come_than_are_remembered_then_no_message_is_done_early()
    {
        var begun = 0;
        var full = new TaskCompletionSource();
        var copies = new EarlyCopies((_, _) => Interlocked.Increment(ref begun) > 0 ? full.Task : Task.CompletedTask);
        for (var i = 0; i <= EarlyCopies.MaxRemembered; i++) _ = copies.BeginAsync($"{i}", Work, default);

        var messages = Enumerable.Range(0, EarlyCopies.MaxRemembered)
            .Select(i => copies.EnsureAsync($"{i}", Work, default)).ToList();

        Assert.Equal(EarlyCopies.MaxRemembered, begun);
        Assert.DoesNotContain(messages, message => message.IsCompleted);
        full.SetResult();
        await Task.WhenAll(messages);
    }

    [Fact]
    public async Task Given_a_copy_that_was_given_up_when_its_message_comes_again_and_again_then_it_is_never_done()
    {
        var copy = _copies.BeginAsync("m", Work, default);
        var message = _copies.EnsureAsync("m", Work, default);

        _first.SetCanceled();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copy);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => message);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _copies.EnsureAsync("m", Work, default));
        Assert.Equal(1, _begun);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Given_a_message_under_way_when_it_comes_again_then_it_is_not_done_before_its_work(bool hasCopy)
    {
        if (hasCopy) _ = _copies.BeginAsync("m", Work, default);
        var lost = _copies.EnsureAsync("m", Work, default);

        var again = _copies.EnsureAsync("m", Work, default);

        Assert.False(again.IsCompleted);
        _first.SetResult();
        await Task.WhenAll(lost, again);
        Assert.Equal(1, _begun);
    }

    [Fact]
    public async Task Given_a_copy_under_way_when_waiting_for_it_is_given_up_then_its_message_is_not_done()
    {
        using var abandon = new CancellationTokenSource();
        _ = _copies.BeginAsync("m", Work, default);
        var message = _copies.EnsureAsync("m", Work, abandon.Token);

        await abandon.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => message);
    }
}
