using Ecs.Contracts;
using JasperFx;
using JasperFx.Events;
using Marten;
using Npgsql;

namespace Ecs.Benchmarks.Append;

/// <summary>
/// Marten as it comes: its default append mode, its own serializer, one session for each group. With the head's lock it
/// is what the order alone costs.
/// </summary>
internal sealed class RawMarten(DocumentStore store, NpgsqlDataSource source, bool lockHead) : IAsyncDisposable
{
    public static async Task<RawMarten> OpenAsync(string connection, string schema, bool lockHead)
    {
        var source = NpgsqlDataSource.Create(connection);
        var store = DocumentStore.For(options =>
        {
            options.Connection(source);
            options.DatabaseSchemaName = schema;
            options.AutoCreateSchemaObjects = AutoCreate.CreateOrUpdate;
            options.Events.StreamIdentity = StreamIdentity.AsString;
            options.UseSystemTextJsonForSerialization(EcsJson.Options);
            options.DisableNpgsqlLogging = true;
        });
        await store.Storage.ApplyAllConfiguredChangesToDatabaseAsync();
        return new RawMarten(store, source, lockHead);
    }

    public async Task AppendAsync(int writer, int group)
    {
        if (!lockHead)
        {
            await using var session = store.LightweightSession();
            await SaveAsync(session, group);
            return;
        }

        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        const string lockSql = "select number from ecs_log.log_head for update";
        await using (var take = new NpgsqlCommand(lockSql, connection, transaction))
        {
            await take.ExecuteScalarAsync();
        }

        await using (var session = store.LightweightSession(Marten.Services.SessionOptions.ForTransaction(transaction)))
        {
            await SaveAsync(session, group);
        }

        await transaction.CommitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        await source.DisposeAsync();
    }

    private static Task SaveAsync(IDocumentSession session, int group)
    {
        for (var i = 0; i < group; i++)
        {
            var e = SampleTasks.Placed();
            session.Events.StartStream(e.TaskArn, e);
        }

        return session.SaveChangesAsync();
    }
}
