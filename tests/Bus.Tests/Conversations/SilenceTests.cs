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

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Given_an_end_that_has_said_all_and_leaves_then_it_is_missed_only_by_one_that_has_more_to_say(
        bool hasThisEnded, bool isLost)
    {
        var conversation = Make();
        conversation.Take(new Utterance(Signs.Alive, 0, 0, default) { From = "other" });
        conversation.Take(new Utterance("n", 1, 0, default));
        if (hasThisEnded) await conversation.EndAsync(CancellationToken.None);

        conversation.Take(new Utterance(Signs.End, 0, 0, default));
        conversation.Take(new Utterance(Signs.Left, 0, 0, default));

        Assert.Equal(isLost, conversation.Over.IsCancellationRequested);
        Assert.Equal("n", (await conversation.ReadAsync(CancellationToken.None))?.Kind);
        Assert.Null(await conversation.ReadAsync(CancellationToken.None));
        if (!isLost) return;

        var more = new Part("n", default);
        await Assert.ThrowsAsync<ConversationLostException>(() => conversation.SendAsync(more, CancellationToken.None));
        await Assert.ThrowsAsync<ConversationLostException>(() => conversation.EndAsync(CancellationToken.None));
    }

    private static Conversation Make(Action<Utterance>? say = null) =>
        new("id", default, TimeProvider.System, (_, said, _) =>
        {
            say?.Invoke(said);
            return Task.CompletedTask;
        });
}
