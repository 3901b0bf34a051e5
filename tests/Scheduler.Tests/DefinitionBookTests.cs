using Ecs.Contracts;
using Ecs.Contracts.Events;
using Ecs.Log;
using Ecs.Scheduler.Definitions;

namespace Ecs.Scheduler.Tests;

public sealed class DefinitionBookTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Given_a_tail_that_is_being_read_when_the_book_is_forgotten_then_it_is_folded_onto_what_it_follows()
    {
        StoredEvent[] stream = [Registered(1), Registered(2)];
        var written = 1;
        DefinitionBook book = null!;
        book = new DefinitionBook((after, _) =>
        {
            var known = Assert.Single(after).Value;
            // A new lead begins while the relay waits for what comes after the revision that it has.
            if (known > 0) book.Clear();
            return Task.FromResult<IReadOnlyList<StoredEvent>>([.. stream.Take(written).Skip((int)known)]);
        });
        await book.RevisionAsync(Arn(1), Ct);
        written = 2;

        Assert.Equal(Arn(2), (await book.RevisionAsync(Arn(2), Ct)).Arn);

        // And what was forgotten is read from its beginning.
        Assert.Equal(Arn(1), (await book.RevisionAsync(Arn(1), Ct)).Arn);
    }

    private static string Arn(int revision) => Fleet.Definition[..(Fleet.Definition.LastIndexOf(':') + 1)] + revision;

    private static StoredEvent Registered(int revision)
    {
        var content = Fleet.Web(cpu: 1, memory: 4);
        var registered = new TaskDefinitionRegistered
        {
            TaskDefinitionArn = Arn(revision),
            Family = "web",
            Revision = revision,
            Digest = CanonicalJson.Digest(content),
            Content = content,
            At = Fleet.Noon,
        };
        return new StoredEvent(
            revision, Guid.Empty, registered.Stream, revision, EventTypes.NameOf(registered), Fleet.Noon, null, null, null,
            registered);
    }
}
