namespace Ecs.Bus.Tests.Conversations;

public sealed class SilenceTests
{
    [Fact]
    public void Given_a_gap_in_the_numbers_then_the_conversation_is_lost()
    {
        var conversation = Make();

        conversation.Take(new Utterance("n", 1, 0, default));
        conversation.Take(new Utterance("n", 3, 0, default));

        Assert.True(conversation.Over.IsCancellationRequested);
    }

    [Fact]
    public void Given_an_end_that_sends_past_the_window_then_the_conversation_is_lost()
    {
        var conversation = Make();

        for (var n = 1; n <= Conversation.Window + 1; n++) conversation.Take(new Utterance("n", n, 0, default));

        Assert.True(conversation.Over.IsCancellationRequested);
    }

    [Fact]
    public async Task Given_an_end_that_counts_more_than_was_said_then_the_window_does_not_grow()
    {
        var said = 0;
        var conversation = Make(_ => said++);
        conversation.Take(new Utterance(Signs.Alive, 0, 1000, default) { From = "other" });

        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (true) await conversation.SendAsync(new Part("n", default), enough.Token);
        });

        Assert.Equal(Conversation.Window, said);
    }

    private static Conversation Make(Action<Utterance>? say = null) =>
        new("id", default, TimeProvider.System, (_, said, _) =>
        {
            say?.Invoke(said);
            return Task.CompletedTask;
        });
}
